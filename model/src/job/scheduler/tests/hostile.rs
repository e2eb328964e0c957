//! Random and extreme histories: whatever apps do, a refusal leaves no trace and the store stays in order.

use super::device::*;
use crate::ids::{Uid, UserId};
use crate::input::Doze;
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall as Call};
use crate::job::info::{ClipData, JobInfo, JobWorkItem, WorkIntent};
use crate::job::scheduler::{ConnectionEvent, PackageEvent, UserEvent};
use crate::reply::Reply;

/// A generator that is the same everywhere: `splitmix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        let index = usize::try_from(self.below(among.len() as u64)).unwrap_or_default();
        among[index]
    }

    /// Small, or at the very ends.
    fn long(&mut self) -> i64 {
        let small = i64::try_from(self.below(100_000)).unwrap_or_default();
        self.pick(&[small, small, 0, -1, i64::MIN, i64::MAX, i64::MIN + 1, i64::MAX - 1])
    }

    fn int(&mut self) -> i32 {
        let small = i32::try_from(self.below(4)).unwrap_or_default();
        self.pick(&[small, small, small, small, i32::MIN, i32::MAX, -1])
    }
}

fn random_job(random: &mut Random) -> JobInfo {
    let id = random.int();
    let mut job = match random.below(4) {
        0 => user_initiated(id),
        1 => expedited(id),
        _ => job(id),
    };
    if random.one_in(3) {
        job.constraint_flags = random.int();
    }
    if random.one_in(3) {
        job.has_early_constraint = true;
        job.min_latency_millis = random.long();
    }
    if random.one_in(3) {
        job.has_late_constraint = true;
        job.max_execution_delay_millis = random.long();
    }
    if random.one_in(4) {
        job.is_periodic = true;
        job.interval_millis = random.long();
        job.flex_millis = random.long();
    }
    if random.one_in(4) {
        job.network_download_bytes = random.long();
        job.minimum_network_chunk_bytes = random.long();
    }
    if random.one_in(4) {
        let uris = vec!["content://x/1".to_owned(), "content://-1@y/2".to_owned()];
        job.clip_data = Some(ClipData { uris });
        job.clip_grant_flags = random.int();
    }
    job.is_persisted = random.one_in(4);
    job.initial_backoff_millis = random.long();
    job.backoff_policy = random.int();
    job.bias = if random.one_in(8) { random.int() } else { 0 };
    job.priority = if random.one_in(8) { random.int() } else { job.priority };
    job
}

fn random_work(random: &mut Random) -> JobWorkItem {
    let data = Some("content://x/9".to_owned());
    let intent = WorkIntent { flags: random.int(), data, clip: Vec::new() };
    JobWorkItem {
        intent: random.one_in(2).then_some(intent),
        download_bytes: if random.one_in(2) { -1 } else { random.long() },
        ..JobWorkItem::default()
    }
}

fn random_call(random: &mut Random) -> Call {
    let names = [None, None, Some("n"), Some(" "), Some("n ")];
    let namespace = random.pick(&names).map(str::to_owned);
    let job = Some(Box::new(random_job(random)));
    let id = random.int();
    match random.below(12) {
        0..=3 => Call::Schedule { namespace, job },
        4 | 5 => {
            let work = Some(Box::new(random_work(random)));
            Call::Enqueue { namespace, job, work }
        }
        6 => {
            let package = Some("com.example.other".to_owned());
            Call::ScheduleAsPackage { namespace, job, package, user: random.int(), tag: None }
        }
        7 => Call::Cancel { namespace, id },
        8 => Call::GetPendingJobReason { namespace, id },
        9 => Call::GetAllPendingJobs,
        10 => Call::NotePendingUserRequestedAppStop {
            package: Some(PACKAGE.to_owned()),
            user: id,
            debug_reason: None,
        },
        _ => Call::CancelAllInNamespace { namespace },
    }
}

fn random_callback(random: &mut Random) -> JobCallbackCall {
    match random.below(7) {
        0 => JobCallbackCall::AcknowledgeStart { ongoing: random.one_in(2) },
        1 => JobCallbackCall::AcknowledgeStop { reschedule: random.one_in(2) },
        2 => JobCallbackCall::JobFinished { reschedule: random.one_in(2) },
        3 => JobCallbackCall::DequeueWork,
        4 => JobCallbackCall::CompleteWork { work_id: random.int() },
        5 => JobCallbackCall::UpdateTransferredNetworkBytes {
            download: random.long(),
            upload: random.long(),
        },
        _ => JobCallbackCall::UpdateEstimatedNetworkBytes {
            download: random.long(),
            upload: random.long(),
        },
    }
}

fn random_event(device: &mut Device, random: &mut Random) {
    let user = UserId(0);
    let on = random.one_in(2);
    let what = random.below(13);
    let doze = random.pick(&[Doze::Off, Doze::Light, Doze::Deep]);
    let network = on.then(|| network(i32::try_from(what).unwrap_or_default()));
    device.act(|scheduler, world| match what {
        0 => scheduler.on_storage_low(on, world),
        1 => scheduler.on_battery_low(on, world),
        2 => scheduler.on_charging(on, world),
        3 => scheduler.on_default_network(network, world),
        4 => scheduler.on_doze(doze, world),
        5 => scheduler.on_battery_saver(on, world),
        6 => scheduler.on_device_idle(on, world),
        7 => scheduler.on_package_event(PackageEvent::ComponentsChanged, PACKAGE, APP, world),
        8 => scheduler.on_package_event(PackageEvent::DataCleared, PACKAGE, APP, world),
        9 => scheduler.on_user_event(UserEvent::StartCompleted, user, world),
        10 => scheduler.on_standby_bucket(PACKAGE, APP, if on { 45 } else { 10 }, world),
        11 => scheduler.set_backing_up(APP, on, world),
        _ => scheduler.on_uid_idle(APP, on, world),
    });
}

/// Every stored record is found under its key, and whatever runs exists.
fn assert_in_order(device: &Device) {
    let board = device.scheduler.board();
    let mut count = 0;
    for job in device.scheduler.jobs() {
        assert_eq!(board.find(&job.key()), Some(job.record()));
        count += 1;
    }
    assert_eq!(board.store.len(), count);
    for record in board.running() {
        assert!(board.job(record).is_some(), "a running record is kept");
    }
    for record in board.pending.iter() {
        assert!(board.store.contains(record), "a pending record is stored");
    }
}

fn history(seed: u64, steps: u32) {
    let mut random = Random(seed);
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    let mut tokens = vec![CallbackToken(0), CallbackToken(u64::MAX)];
    for _ in 0..steps {
        match random.below(10) {
            0..=3 => {
                let before = device.scheduler.clone();
                let call = random_call(&mut random);
                let uid = random.pick(&[APP, APP, APP, OTHER, Uid::SYSTEM, Uid(u32::MAX)]);
                // Only these leave something behind when they are refused: an event of the schedule
                // limit, or a job whose work item was refused. Rules: JOB-SCHED-002, JOB-SCHED-031.
                let may_leave = matches!(&call, Call::Enqueue { .. })
                    || matches!(&call, Call::Schedule { job: Some(job), .. } if job.is_persisted);
                let reply = device.call(uid, call.clone());
                let refused = matches!(reply, Err(_) | Ok(Reply::Int(0)));
                if refused && !may_leave && !matches!(call, Call::GetPendingJobReason { .. }) {
                    let mut after = device.scheduler.clone();
                    after.permissions = before.permissions.clone();
                    assert!(before == after, "seed {seed}: {call:?} left a trace: {reply:?}");
                }
            }
            4 | 5 => {
                let token = random.pick(&tokens);
                let call = random_callback(&mut random);
                let _answer = device.callback(APP, token, call);
            }
            6 => {
                let token = random.pick(&tokens);
                let event = match random.below(4) {
                    0 | 1 => ConnectionEvent::Connected(job(1).service),
                    2 => ConnectionEvent::Disconnected,
                    _ => ConnectionEvent::NullBinding,
                };
                device.act(|scheduler, world| scheduler.on_connection(token, &event, world));
            }
            7 | 8 => random_event(&mut device, &mut random),
            _ => {
                let millis = random.pick(&[1, 1_000, 30_000, 600_000, 3_600_000]);
                device.advance(millis);
            }
        }
        tokens.extend(device.bound());
        assert_in_order(&device);
    }
}

#[test]
fn random_histories_leave_the_store_in_order() {
    for seed in 0..40 {
        history(seed, 150);
    }
}

#[test]
fn the_same_history_twice_is_the_same() {
    let run = || {
        let mut device = Device::booted();
        device.schedule(APP, job(1)).expect("accepted");
        device.schedule(APP, expedited(2)).expect("accepted");
        device.advance(20_000);
        device.scheduler
    };
    assert_eq!(run(), run());
}

#[test]
fn a_user_that_does_not_exist_harms_nobody() {
    let mut device = Device::booted();
    for user in [i32::MIN, -1, 99, i32::MAX] {
        let call = Call::HasRunUserInitiatedJobsPermission { package: PACKAGE.to_owned(), user };
        assert_eq!(device.call(Uid::SYSTEM, call), Ok(Reply::Boolean(false)));
        let package = Some(PACKAGE.to_owned());
        let stop = Call::NotePendingUserRequestedAppStop { package, user, debug_reason: None };
        assert_eq!(device.call(Uid::SYSTEM, stop), Ok(Reply::Nothing));
    }
}
