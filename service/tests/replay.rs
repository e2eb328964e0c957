//! A day recorded through the host, then replayed: the journal is evidence of what was decided.
#![cfg(not(jobwarden_loom))]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jobwarden_model::effect::{JobEffect, ProcessEffect};
use jobwarden_model::ids::Caller;
use jobwarden_model::input::{DeviceSignal, ProcessEvent};
use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::info::JobInfo;
use jobwarden_model::package::{Event, PackageDescription, ServiceDescription};
use jobwarden_model::platform::Platform;
use jobwarden_model::{
    ComponentName, Effect, Elapsed, Input, Model, Now, Output, Pid, Uid, UserId, Wall,
};
use jobwarden_service::journal::{self, Durability, Entry, Journal, Storage};
use jobwarden_service::outbox::{Addressee, ClientDead, Envelope};
use jobwarden_service::sync::Held;
use jobwarden_service::timer::Clock;
use jobwarden_service::warden::Setup;
use jobwarden_service::{engine, Warden};

const APP: Uid = Uid(10_101);
const PID: Pid = Pid(4242);
const USER: UserId = UserId(0);
const PACKAGE: &str = "com.example.sync";

fn model() -> Model {
    Model::new(Platform::android_14())
}

/// What is on disk.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<Vec<u8>>>);

impl Storage for Disk {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().extend_from_slice(lines);
        Ok(())
    }
}

/// Who is connected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Client {
    System,
    App,
}

/// Effects as clients were given them.
type Delivered = Arc<Mutex<Vec<(u64, Client, Effect)>>>;

/// Answers as a well-behaved app and a system would, from the sender thread, as binder does.
fn carry_out(
    client: Client,
    warden: &Warden<Model>,
    delivered: &Delivered,
) -> impl FnMut(Envelope<Effect>) -> Result<(), ClientDead> {
    let (warden, delivered) = (warden.clone(), delivered.clone());
    move |Envelope { sequence, effect }| {
        let app = Caller { uid: APP, pid: Some(PID) };
        delivered.lock().unwrap().push((sequence, client, effect.clone()));
        let answers = match effect {
            Effect::Job(JobEffect::Bind { token, component, .. }) => {
                vec![Input::Process {
                    change: ProcessEvent::JobServiceConnected { token, component },
                }]
            }
            Effect::Job(JobEffect::StartJob { parameters, .. }) => {
                let token = parameters.token;
                [
                    JobCallbackCall::AcknowledgeStart { ongoing: true },
                    JobCallbackCall::JobFinished { reschedule: false },
                ]
                .map(|call| Input::JobCallback { caller: app, token, call })
                .into()
            }
            Effect::Process(ProcessEffect::StartProcess { .. }) => vec![started()],
            Effect::Job(_) | Effect::Service(_) | Effect::Notification(_) | Effect::Process(_) => {
                vec![]
            }
        };
        for answer in answers {
            let taken = warden.submit(&mut Held::enter(), answer, &mut Output::new());
            taken.map_err(|_| ClientDead)?;
        }
        Ok(())
    }
}

fn started() -> Input {
    let change =
        ProcessEvent::Started { pid: PID, uid: APP, name: PACKAGE.into(), package: PACKAGE.into() };
    Input::Process { change }
}

fn installed() -> Input {
    let service = ServiceDescription {
        class: format!("{PACKAGE}.Upload"),
        permission: Some("android.permission.BIND_JOB_SERVICE".into()),
        ..ServiceDescription::default()
    };
    let package = PackageDescription {
        name: PACKAGE.into(),
        app_id: APP.app_id(),
        services: vec![service],
        ..PackageDescription::default()
    };
    Input::Package { change: Event::Installed { package: Box::new(package), user: USER } }
}

fn schedule(id: i32) -> Input {
    let service = ComponentName::new(PACKAGE, ".Upload");
    let job = JobInfo { id, service, ..JobInfo::default() };
    let call = JobSchedulerCall::Schedule { namespace: None, job: Some(Box::new(job)) };
    Input::JobScheduler { caller: Caller { uid: APP, pid: Some(PID) }, call }
}

fn signal(signal: DeviceSignal) -> Input {
    Input::Device { signal }
}

/// Records a day; gives the journal, what clients were given, and the model at its end.
fn record() -> (Vec<u8>, Vec<(Client, Effect)>, Model) {
    let disk = Disk::default();
    let setup = Setup {
        route: Box::new(engine::addressee),
        clock: Clock::at(Now::at_boot(Wall(1_700_000_000_000))),
        journal: Some(Journal::start(disk.clone(), Durability::Acknowledged).unwrap()),
        outbox_capacity: 1000,
    };
    let warden = Warden::start(model(), setup).unwrap();
    let delivered = Delivered::default();
    let mut none = Held::enter();
    let app = Addressee::App { uid: APP, process: Some(PACKAGE.into()) };
    let died = Input::Process { change: ProcessEvent::Died { pid: PID } };
    let system = carry_out(Client::System, &warden, &delivered);
    warden.connect(&mut none, Addressee::System, None, system).unwrap();
    let sink = carry_out(Client::App, &warden, &delivered);
    warden.connect(&mut none, app, Some(died), sink).unwrap();

    let mut out = Output::new();
    let hour = 3_600_000;
    let mut tell = |input| {
        warden.submit(&mut none, input, &mut out).unwrap();
        warden.settle(&mut none);
    };
    tell(installed());
    tell(started());
    tell(signal(DeviceSignal::PowerConnected { connected: true }));
    for id in 1..=5 {
        tell(schedule(id));
    }
    tell(signal(DeviceSignal::BatteryLow { low: true }));
    warden.advance(&mut none, hour).unwrap();
    warden.sleep(&mut none, 8 * hour).unwrap();
    warden.submit(&mut none, schedule(6), &mut out).unwrap();
    // The app answers before the day goes on: otherwise it is in luck's hands whether it is in time.
    warden.settle(&mut none);
    warden.advance_to(&mut none, Elapsed(24 * hour)).unwrap();
    let model = warden.look(&mut none, |model, _| model.clone());
    let closed = warden.close(&mut none, Duration::from_secs(10));
    assert!(closed.abandoned.is_empty() && closed.journal.is_none(), "{closed:?}");

    let journal = disk.0.lock().unwrap().clone();
    let mut delivered = std::mem::take(&mut *delivered.lock().unwrap());
    delivered.sort_by_key(|(sequence, ..)| *sequence);
    let delivered = delivered.into_iter().map(|(_, client, effect)| (client, effect)).collect();
    (journal, delivered, model)
}

fn entries(journal: &[u8]) -> Vec<Entry<Input>> {
    journal::read(journal).unwrap()
}

/// What a client heard, in a few words.
fn heard(client: Client, effect: &Effect) -> String {
    let what = match effect {
        Effect::Job(JobEffect::WakeLockAcquire { uid, .. }) => format!("wake lock for {uid}"),
        Effect::Job(JobEffect::WakeLockRelease { .. }) => "wake lock released".to_owned(),
        Effect::Job(JobEffect::Bind { component, .. }) => format!("bind {}", component.class),
        Effect::Job(JobEffect::Unbind { token, .. }) => format!("unbind {}", token.0),
        Effect::Job(JobEffect::JobsActive { active }) => format!("jobs active: {active}"),
        Effect::Job(JobEffect::StartJob { parameters, .. }) => {
            format!("start {} of {}", parameters.job_id, parameters.service.class)
        }
        Effect::Job(_) | Effect::Service(_) | Effect::Notification(_) | Effect::Process(_) => {
            format!("{effect:?}")
        }
    };
    format!("{client:?}: {what}")
}

/// Each job of the day is bound, started and unbound once, in this order, and its app hears of nothing but
/// the start.
#[test]
fn each_client_was_given_its_part_of_the_day_in_order_and_nothing_else() {
    let delivered = record().1;
    let heard: Vec<String> =
        delivered.iter().map(|(client, effect)| heard(*client, effect)).collect();
    let expected: Vec<String> = (1..=6)
        .flat_map(|id| {
            [
                "System: wake lock for 10101".to_owned(),
                "System: bind com.example.sync.Upload".to_owned(),
                "System: jobs active: true".to_owned(),
                format!("App: start {id} of com.example.sync.Upload"),
                "System: wake lock released".to_owned(),
                format!("System: unbind {id}"),
                "System: jobs active: false".to_owned(),
            ]
        })
        .collect();
    assert_eq!(heard, expected);
    for (client, effect) in &delivered {
        let app = matches!(engine::addressee(effect), Addressee::App { .. });
        assert_eq!(*client == Client::App, app, "{effect:?}");
    }
}

#[test]
fn two_trails_of_one_journal_are_the_same_bytes() {
    let (journal, _, _) = record();
    let trails = [(), ()].map(|()| {
        let mut trail = Vec::new();
        journal::trail(&mut model(), entries(&journal).into_iter().map(Ok), &mut trail).unwrap();
        trail
    });
    assert_eq!(trails[0], trails[1]);
    let lines = trails[0].iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines, entries(&journal).len());
    assert!(lines >= 10, "a day has at least the inputs it was told: {lines}");
}

#[test]
fn a_replay_ends_in_the_state_and_gives_the_effects_of_the_day_itself() {
    let (journal, delivered, live) = record();
    let (mut replayed, mut effects) = (model(), Vec::new());
    let entries = entries(&journal).into_iter().map(Ok::<_, io::Error>);
    journal::replay(&mut replayed, entries, &mut Output::new(), |out| {
        effects.append(&mut out.effects);
        Ok(())
    })
    .unwrap();
    assert!(replayed == live, "the replayed model is not the recorded one");
    effects.retain(|effect| engine::addressee(effect) != Addressee::Nobody);
    let delivered: Vec<Effect> = delivered.into_iter().map(|(_, effect)| effect).collect();
    assert_eq!(effects, delivered);
}

#[test]
fn a_journal_reads_back_to_the_same_bytes() {
    let (journal, _, _) = record();
    let mut again = Vec::new();
    for entry in entries(&journal) {
        serde_json::to_writer(&mut again, &entry).unwrap();
        again.push(b'\n');
    }
    assert_eq!(String::from_utf8(again), String::from_utf8(journal));
}
