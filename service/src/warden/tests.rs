//! The host on real threads, driving an engine of a few lines.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jobwarden_model::{Elapsed, Now, Uid, Uptime, Wakeup, Wall};
use serde::{Deserialize, Serialize};

use super::*;
use crate::journal::{Durability, Entry, Storage};
use crate::outbox::{ClientDead, Envelope};

/// What the engine is told.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
enum Call {
    Tick,
    /// Say this to that uid.
    Say(u32, String),
    Arm(Wakeup),
    Died(u32),
    Panic,
}

/// Says what it is told to say; rings when its time has come.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Parrot {
    wakeup: Wakeup,
    died: Vec<u32>,
}

type Effect = (u32, String);

#[derive(Debug, Default)]
struct Out {
    effects: Vec<Effect>,
    said: usize,
}

impl Engine for Parrot {
    type Input = Call;
    type Effect = Effect;
    type Output = Out;

    fn apply(&mut self, now: Now, input: Call, out: &mut Out) {
        match input {
            Call::Tick => {
                self.wakeup = Wakeup::default();
                out.effects.push((1, format!("{} {}", now.elapsed.0, now.uptime.0)));
            }
            Call::Say(uid, what) => out.effects.push((uid, what)),
            Call::Arm(wakeup) => self.wakeup = wakeup,
            Call::Died(uid) => self.died.push(uid),
            Call::Panic => panic!("asked to"),
        }
        out.said = out.effects.len();
    }

    fn next_wakeup(&self) -> Wakeup {
        self.wakeup
    }

    fn tick() -> Call {
        Call::Tick
    }

    fn effects(out: &mut Out) -> &mut Vec<Effect> {
        &mut out.effects
    }

    fn clear(out: &mut Out) {
        out.effects.clear();
        out.said = 0;
    }
}

fn say(uid: u32, what: &str) -> Call {
    Call::Say(uid, what.into())
}

fn app(uid: u32) -> Addressee {
    Addressee::App { uid: Uid(uid), process: None }
}

fn process(uid: u32, name: &str) -> Addressee {
    Addressee::App { uid: Uid(uid), process: Some(name.into()) }
}

fn start(clock: Clock, journal: Option<Journal>, outbox_capacity: usize) -> Warden<Parrot> {
    let route = Box::new(|effect: &Effect| match effect.0 {
        0 => Addressee::Nobody,
        uid => app(uid),
    });
    Warden::start(Parrot::default(), Setup { route, clock, journal, outbox_capacity }).unwrap()
}

fn still() -> Warden<Parrot> {
    start(Clock::at(Now::default()), None, 100)
}

fn submit(warden: &Warden<Parrot>, call: Call) -> Result<usize, SubmitError> {
    let mut out = Out::default();
    warden.submit(&mut Held::enter(), call, &mut out)?;
    assert!(out.effects.is_empty(), "effects leave by the outboxes only");
    Ok(out.said)
}

/// Connects a client that hands on whatever it gets.
fn connect(warden: &Warden<Parrot>, to: Addressee, will: u32) -> mpsc::Receiver<Envelope<Effect>> {
    let (sender, receiver) = mpsc::channel();
    let sink = move |envelope| sender.send(envelope).map_err(|_| ClientDead);
    warden.connect(&mut Held::enter(), to, Some(Call::Died(will)), sink).unwrap();
    receiver
}

fn texts(receiver: &mpsc::Receiver<Envelope<Effect>>) -> Vec<String> {
    receiver.try_iter().map(|envelope| envelope.effect.1).collect()
}

fn died(warden: &Warden<Parrot>) -> Vec<u32> {
    warden.look(&mut Held::enter(), |engine, _| engine.died.clone())
}

#[test]
fn each_client_gets_its_own_effects_in_order() {
    let warden = still();
    let (one, two) = (connect(&warden, app(1), 1), connect(&warden, app(2), 2));
    for what in ["a", "b", "c"] {
        assert_eq!(submit(&warden, say(1, what)), Ok(1));
        assert_eq!(submit(&warden, say(2, what)), Ok(1));
    }
    warden.settle(&mut Held::enter());
    let order: Vec<_> = one.try_iter().map(|e| (e.sequence, e.effect.1)).collect();
    assert_eq!(order, [(1, "a".into()), (3, "b".into()), (5, "c".into())]);
    assert_eq!(texts(&two), ["a", "b", "c"]);
}

#[test]
fn a_client_that_does_not_read_delays_and_harms_nobody_else() {
    let warden = start(Clock::at(Now::default()), None, 3);
    let (stuck, unstick) = mpsc::channel::<()>();
    let never_reads = move |_| {
        let _ = unstick.recv();
        Err(ClientDead)
    };
    let mut none = Held::enter();
    warden.connect(&mut none, app(1), Some(Call::Died(1)), never_reads).unwrap();
    let two = connect(&warden, app(2), 2);
    // One is being delivered or waits, three wait, the next is one too many.
    for n in 0..5 {
        submit(&warden, say(1, "x")).unwrap();
        submit(&warden, say(2, &n.to_string())).unwrap();
        let told = two.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(told.effect.1, n.to_string());
    }
    assert_eq!(died(&warden), [1]);
    drop(stuck);
}

#[test]
fn a_failed_delivery_is_told_to_the_engine_once() {
    let warden = still();
    let one = connect(&warden, app(1), 1);
    drop(one);
    submit(&warden, say(1, "a")).unwrap();
    warden.settle(&mut Held::enter());
    submit(&warden, say(1, "b")).unwrap();
    assert_eq!(died(&warden), [1]);
    assert_eq!(warden.undelivered(&mut Held::enter()), 1);
}

#[test]
fn a_sink_that_panics_is_a_dead_client() {
    let warden = still();
    let panics = |_| -> Result<(), ClientDead> { panic!("a bug in a sink") };
    let mut none = Held::enter();
    warden.connect(&mut none, app(1), Some(Call::Died(1)), panics).unwrap();
    submit(&warden, say(1, "a")).unwrap();
    warden.settle(&mut none);
    assert_eq!(died(&warden), [1]);
}

#[test]
fn a_client_that_comes_back_is_first_told_dead() {
    let warden = still();
    let old = connect(&warden, app(1), 1);
    let new = connect(&warden, app(1), 2);
    assert_eq!(died(&warden), [1]);
    submit(&warden, say(1, "a")).unwrap();
    warden.settle(&mut Held::enter());
    assert_eq!((texts(&old), texts(&new)), (vec![], vec!["a".into()]));
}

#[test]
fn disconnecting_twice_is_told_once() {
    let warden = still();
    let mut none = Held::enter();
    let sink = |_| Ok(());
    let id = warden.connect(&mut none, app(1), Some(Call::Died(1)), sink).unwrap();
    warden.disconnect(&mut none, id);
    warden.disconnect(&mut none, id);
    assert_eq!(died(&warden), [1]);
}

#[test]
fn an_effect_for_a_uid_goes_to_its_first_process() {
    let warden = still();
    let first = connect(&warden, process(1, "zebra"), 1);
    let second = connect(&warden, process(1, "ant"), 2);
    let other = connect(&warden, process(2, "ant"), 3);
    submit(&warden, say(1, "a")).unwrap();
    warden.settle(&mut Held::enter());
    assert_eq!((texts(&first), texts(&second), texts(&other)), (vec!["a".into()], vec![], vec![]));
}

#[test]
fn what_nobody_carries_out_is_counted_unless_it_is_meant_for_nobody() {
    let warden = still();
    submit(&warden, say(0, "for the trail")).unwrap();
    submit(&warden, say(9, "for somebody")).unwrap();
    assert_eq!(warden.undelivered(&mut Held::enter()), 1);
}

#[test]
fn time_goes_from_one_due_instant_to_the_next() {
    let warden = still();
    let one = connect(&warden, app(1), 1);
    let mut none = Held::enter();
    let wakeup = Wakeup { elapsed: Some(Elapsed(70)), uptime: Some(Uptime(50)) };
    submit(&warden, Call::Arm(wakeup)).unwrap();
    warden.advance(&mut none, 49).unwrap();
    assert_eq!(texts(&one), Vec::<String>::new());
    warden.advance(&mut none, 1).unwrap();
    assert_eq!(texts(&one), ["50 50"]);
    submit(&warden, Call::Arm(wakeup)).unwrap(); // its message is overdue
    assert_eq!(texts(&one), Vec::<String>::new());
    warden.advance_to(&mut none, Elapsed(50)).unwrap();
    assert_eq!(texts(&one), ["50 50"]);
    submit(&warden, Call::Arm(Wakeup { uptime: Some(Uptime(60)), ..wakeup })).unwrap();
    warden.sleep(&mut none, 100).unwrap();
    assert_eq!(texts(&one), ["70 50"]);
    assert_eq!(warden.look(&mut none, |_, now| (now.elapsed.0, now.uptime.0)), (150, 50));
}

#[test]
fn time_does_not_go_backwards_and_a_real_clock_not_by_command() {
    let mut none = Held::enter();
    assert_eq!(still().advance(&mut none, -1), Err(VirtualTimeError::Backwards(-1)));
    let real = start(Clock::real().unwrap(), None, 1);
    assert_eq!(real.advance(&mut none, 1), Err(VirtualTimeError::Real));
    assert_eq!(real.set_wall(&mut none, Wall(0)), Err(VirtualTimeError::Real));
    real.close(&mut none, Duration::ZERO);
}

#[test]
fn a_real_clock_ticks_when_due_and_not_after_disarming() {
    let warden = start(Clock::real().unwrap(), None, 10);
    let one = connect(&warden, app(1), 1);
    let mut none = Held::enter();
    let now = warden.look(&mut none, |_, now| now);
    let soon = Wakeup { elapsed: Some(now.elapsed.plus(30)), uptime: None };
    submit(&warden, Call::Arm(soon)).unwrap();
    submit(&warden, Call::Arm(Wakeup::default())).unwrap();
    let later = Wakeup { elapsed: None, uptime: Some(now.uptime.plus(60)) };
    submit(&warden, Call::Arm(later)).unwrap();
    let rang = one.recv_timeout(Duration::from_secs(10)).unwrap().effect.1;
    let uptime: i64 = rang.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(uptime >= now.uptime.plus(60).0, "{rang}");
    warden.close(&mut none, Duration::from_secs(10));
    assert!(one.recv_timeout(Duration::from_secs(10)).is_err()); // the thread is gone, and its sink
}

#[test]
fn a_panic_of_the_engine_is_not_papered_over() {
    let warden = still();
    let caller = warden.clone();
    assert!(std::thread::spawn(move || submit(&caller, Call::Panic)).join().is_err());
    assert_eq!(submit(&warden, say(1, "a")), Err(SubmitError::Broken));
    assert!(!warden.is_open(&mut Held::enter()));
}

#[test]
fn closing_lets_out_what_waits_and_names_who_does_not_take_it() {
    let warden = still();
    let mut none = Held::enter();
    let one = connect(&warden, app(1), 1);
    let (stuck, unstick) = mpsc::channel::<()>();
    let never_reads = move |_| unstick.recv().map_err(|_| ClientDead);
    warden.connect(&mut none, app(2), None, never_reads).unwrap();
    submit(&warden, say(1, "a")).unwrap();
    submit(&warden, say(2, "b")).unwrap();
    let closed = warden.close(&mut none, Duration::from_millis(20));
    assert_eq!((closed.abandoned, closed.journal), (vec![app(2)], None));
    assert_eq!(texts(&one), ["a"]);
    assert_eq!(submit(&warden, say(1, "c")), Err(SubmitError::Closed));
    assert!(warden.connect(&mut none, app(3), None, |_| Ok(())).is_err());
    drop(stuck);
}

/// Storage that can be made to wait and to fail.
struct Disk {
    written: Arc<Mutex<Vec<u8>>>,
    gate: mpsc::Receiver<std::io::Result<()>>,
}

impl Storage for Disk {
    fn append(&mut self, lines: &[u8]) -> std::io::Result<()> {
        self.gate.recv().unwrap()?;
        self.written.lock().unwrap().extend_from_slice(lines);
        Ok(())
    }
}

/// What the disk does with the next lines.
type Gate = mpsc::Sender<std::io::Result<()>>;

fn disk() -> (Disk, Arc<Mutex<Vec<u8>>>, Gate) {
    let (open, gate) = mpsc::channel();
    let written = Arc::default();
    (Disk { written: Arc::clone(&written), gate }, written, open)
}

#[test]
fn an_acknowledged_reply_waits_for_the_disk_and_nobody_waits_with_it() {
    let (disk, written, open) = disk();
    let journal = Journal::start(disk, Durability::Acknowledged).unwrap();
    let warden = start(Clock::at(Now::default()), Some(journal), 10);
    let one = connect(&warden, app(1), 1);
    let (answered, answer) = mpsc::channel();
    let caller = warden.clone();
    let caller = std::thread::spawn(move || answered.send(submit(&caller, say(1, "a"))));
    // Its effect is out, the engine can be looked at, but there is no answer yet.
    assert_eq!(one.recv_timeout(Duration::from_secs(10)).unwrap().effect.1, "a");
    assert_eq!(died(&warden), Vec::<u32>::new());
    assert!(answer.try_recv().is_err());
    assert!(written.lock().unwrap().is_empty());
    open.send(Ok(())).unwrap();
    assert_eq!(answer.recv_timeout(Duration::from_secs(10)).unwrap(), Ok(1));
    assert!(!written.lock().unwrap().is_empty());
    caller.join().unwrap().unwrap();
}

#[test]
fn the_journal_holds_every_input_in_the_order_of_the_engine() {
    let (disk, written, open) = disk();
    for _ in 0..100 {
        open.send(Ok(())).unwrap();
    }
    let journal = Journal::start(disk, Durability::Eventual).unwrap();
    let warden = start(Clock::at(Now::default()), Some(journal), 10);
    let mut none = Held::enter();
    let id = warden.connect(&mut none, app(1), Some(Call::Died(1)), |_| Ok(())).unwrap();
    submit(&warden, say(1, "a")).unwrap();
    let wakeup = Wakeup { elapsed: Some(Elapsed(5)), uptime: None };
    submit(&warden, Call::Arm(wakeup)).unwrap();
    warden.advance(&mut none, 7).unwrap();
    warden.disconnect(&mut none, id);
    assert_eq!(warden.close(&mut none, Duration::ZERO).journal, None);
    let entries: Vec<Entry<Call>> = crate::journal::read(&**written.lock().unwrap()).unwrap();
    let at = |millis| Now::default().awake_for(millis);
    let expected = [
        Entry { now: at(0), input: say(1, "a") },
        Entry { now: at(0), input: Call::Arm(wakeup) },
        Entry { now: at(5), input: Call::Tick },
        Entry { now: at(7), input: Call::Died(1) },
    ];
    assert_eq!(entries, expected);
}

#[test]
fn a_full_disk_is_told_to_whoever_was_promised_it() {
    for (durability, expected) in [
        (Durability::Acknowledged, Err("the journal cannot be written: disk full".to_string())),
        (Durability::Eventual, Ok(1)),
    ] {
        let (disk, _, open) = disk();
        open.send(Err(std::io::Error::other("disk full"))).unwrap();
        let journal = Journal::start(disk, durability).unwrap();
        let warden = start(Clock::at(Now::default()), Some(journal), 10);
        for _ in 0..2 {
            let answer = submit(&warden, say(0, "a")).map_err(|error| error.to_string());
            assert_eq!(answer, expected);
        }
        let closed = warden.close(&mut Held::enter(), Duration::ZERO);
        assert!(closed.journal.is_some());
    }
}

/// Counts warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<usize>>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        // A token can be made only by who holds nothing: the log is written after the lock.
        Held::enter();
        *self.0.lock().unwrap() += 1;
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn a_lock_held_for_too_long_is_logged_after_its_release() {
    let warden = still();
    let warnings = Warnings::default();
    tracing::subscriber::with_default(warnings.clone(), || {
        let mut none = Held::enter();
        warden.look(&mut none, |_, _| std::thread::sleep(HELD_MAX * 2));
    });
    assert_eq!(*warnings.0.lock().unwrap(), 1);
}
