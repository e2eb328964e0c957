//! What loom has tried in every order: the hand-off code that ships, driving tiny engines.
//!
//! ```text
//! RUSTFLAGS="--cfg jobwarden_loom" LOOM_MAX_PREEMPTIONS=3 \
//!     cargo test -p jobwarden --no-default-features --release --test loom
//! ```
//!
//! Each test asks one question with two or three threads besides its own, and has been seen to fail:
//! its comment names the bug it was shown. loom itself reports every deadlock.
#![cfg(jobwarden_loom)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jobwarden_model::{Elapsed, Now, Uid, Wakeup};
use jobwarden_service::journal::{Durability, Journal, Storage};
use jobwarden_service::outbox::{Addressee, ClientDead, Envelope};
use jobwarden_service::sync::Held;
use jobwarden_service::timer::Clock;
use jobwarden_service::warden::{Setup, SubmitError, Warden};
use jobwarden_service::Engine;
use loom::thread;

/// Addresses of two clients.
const A: u32 = 1;
const B: u32 = 2;

/// To whom, and what.
type Effect = (u32, &'static str);

/// What an engine of a few lines puts out.
#[derive(Default)]
struct Out(Vec<Effect>);

fn setup(outbox_capacity: usize) -> Setup<Effect> {
    Setup {
        route: Box::new(|effect| app(effect.0)),
        clock: Clock::at(Now::default()),
        journal: None,
        outbox_capacity,
    }
}

fn app(uid: u32) -> Addressee {
    Addressee::App { uid: Uid(uid), process: None }
}

/// What a client was handed. A plain mutex: only one sender thread writes to it.
type Received = Arc<Mutex<Vec<&'static str>>>;

fn recorder(received: &Received) -> impl FnMut(Envelope<Effect>) -> Result<(), ClientDead> {
    let received = received.clone();
    move |envelope| {
        received.lock().unwrap().push(envelope.effect.1);
        Ok(())
    }
}

/// Lets everything out and gives what the client got.
fn close<E: Engine>(warden: &Warden<E>) {
    let closed = warden.close(&mut Held::enter(), Duration::ZERO);
    assert!(closed.abandoned.is_empty());
}

fn explore(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(3));
    builder.check(test);
}

/// Puts out the names of its inputs, in the order in which it took them.
struct Counter(usize);

impl Engine for Counter {
    type Input = ();
    type Effect = Effect;
    type Output = Out;

    fn apply(&mut self, _: Now, (): (), out: &mut Out) {
        let name = ["first", "second", "third"][self.0];
        self.0 += 1;
        out.0.push((A, name));
    }

    fn next_wakeup(&self) -> Wakeup {
        Wakeup::default()
    }

    fn tick() {}

    fn effects(out: &mut Out) -> &mut Vec<Effect> {
        &mut out.0
    }

    fn clear(out: &mut Out) {
        out.0.clear();
    }
}

/// Seen red: `Core::post` called after the core lock was released.
#[test]
fn effects_reach_a_client_in_the_order_of_the_engine() {
    explore(|| {
        let warden = Warden::start(Counter(0), setup(8)).unwrap();
        let received = Received::default();
        let mut none = Held::enter();
        warden.connect(&mut none, app(A), None, recorder(&received)).unwrap();
        let other = warden.clone();
        let caller = thread::spawn(move || {
            other.submit(&mut Held::enter(), (), &mut Out::default()).unwrap();
        });
        warden.submit(&mut none, (), &mut Out::default()).unwrap();
        caller.join().unwrap();
        close(&warden);
        assert_eq!(*received.lock().unwrap(), ["first", "second"]);
    });
}

/// A timer that is set until it is disarmed. It trusts its host: a tick is an explosion.
struct Fuse {
    armed: Option<Elapsed>,
}

#[derive(serde::Serialize)]
enum Spark {
    Tick,
    Arm,
    Disarm,
}

impl Engine for Fuse {
    type Input = Spark;
    type Effect = Effect;
    type Output = Out;

    fn apply(&mut self, _: Now, input: Spark, out: &mut Out) {
        self.armed = None;
        match input {
            Spark::Tick => out.0.push((A, "bang")),
            Spark::Arm => self.armed = Some(Elapsed(0)),
            Spark::Disarm => out.0.push((A, "disarmed")),
        }
    }

    fn next_wakeup(&self) -> Wakeup {
        Wakeup { elapsed: self.armed, uptime: None }
    }

    fn tick() -> Spark {
        Spark::Tick
    }

    fn effects(out: &mut Out) -> &mut Vec<Effect> {
        &mut out.0
    }

    fn clear(out: &mut Out) {
        out.0.clear();
    }
}

/// The timer goes off while its disarming is under way: either it came first, or it has no effect.
///
/// Seen red: `Warden::tick` asked whether anything is due under one hold of the lock, and let it happen
/// under the next.
#[test]
fn a_timer_that_races_with_the_call_that_disarms_it_has_no_effect() {
    explore(|| {
        let warden = Warden::start(Fuse { armed: None }, setup(8)).unwrap();
        let received = Received::default();
        let mut none = Held::enter();
        warden.connect(&mut none, app(A), None, recorder(&received)).unwrap();
        warden.submit(&mut none, Spark::Arm, &mut Out::default()).unwrap();
        let timer = warden.clone();
        let timer = thread::spawn(move || timer.tick(&mut Held::enter()));
        warden.submit(&mut none, Spark::Disarm, &mut Out::default()).unwrap();
        timer.join().unwrap();
        close(&warden);
        let received = received.lock().unwrap();
        assert!([&["disarmed"][..], &["bang", "disarmed"]].contains(&&**received), "{received:?}");
    });
}

/// Sends one effect to each of two clients, and tells the second that the first is dead.
struct Pair {
    deaths: usize,
}

#[derive(serde::Serialize)]
enum Call {
    Tick,
    Both,
    Died,
}

impl Engine for Pair {
    type Input = Call;
    type Effect = Effect;
    type Output = Out;

    fn apply(&mut self, _: Now, input: Call, out: &mut Out) {
        match input {
            Call::Tick => {}
            Call::Both => out.0.extend([(A, "to a"), (B, "to b")]),
            Call::Died => {
                self.deaths += 1;
                out.0.push((B, "a died"));
            }
        }
    }

    fn next_wakeup(&self) -> Wakeup {
        Wakeup::default()
    }

    fn tick() -> Call {
        Call::Tick
    }

    fn effects(out: &mut Out) -> &mut Vec<Effect> {
        &mut out.0
    }

    fn clear(out: &mut Out) {
        out.0.clear();
    }
}

/// The first client dies of the first delivery, while a second call is under way.
///
/// Seen red: `Core::part` struck out the client that connected last instead of the one that died.
#[test]
fn the_death_of_a_client_during_delivery_loses_no_effect_of_another() {
    explore(|| {
        let warden = Warden::start(Pair { deaths: 0 }, setup(8)).unwrap();
        let received = Received::default();
        let mut none = Held::enter();
        let dies = |_: Envelope<Effect>| Err(ClientDead);
        warden.connect(&mut none, app(A), Some(Call::Died), dies).unwrap();
        warden.connect(&mut none, app(B), None, recorder(&received)).unwrap();
        warden.submit(&mut none, Call::Both, &mut Out::default()).unwrap();
        warden.submit(&mut none, Call::Both, &mut Out::default()).unwrap();
        warden.settle(&mut none);
        close(&warden);
        let received = received.lock().unwrap();
        let told = received.iter().filter(|effect| **effect == "to b").count();
        assert_eq!(told, 2, "{received:?}");
        assert_eq!(received.iter().filter(|effect| **effect == "a died").count(), 1);
    });
}

/// There is room for one effect, and two are on their way.
///
/// Seen red: `Mailbox::post` reported the overflow without ending the mailbox: its sender waited for ever.
#[test]
fn a_client_that_does_not_read_in_time_dies_once_and_hears_nothing_more() {
    explore(|| {
        let warden = Warden::start(Pair { deaths: 0 }, setup(1)).unwrap();
        let received = Received::default();
        let mut none = Held::enter();
        warden.connect(&mut none, app(A), Some(Call::Died), recorder(&received)).unwrap();
        let other = warden.clone();
        let caller = thread::spawn(move || {
            other.submit(&mut Held::enter(), Call::Both, &mut Out::default()).unwrap();
        });
        warden.submit(&mut none, Call::Both, &mut Out::default()).unwrap();
        caller.join().unwrap();
        let deaths = warden.look(&mut none, |engine, _| engine.deaths);
        close(&warden);
        let received = received.lock().unwrap().len();
        assert!(matches!((deaths, received), (0, 2) | (1, 0 | 1)), "{deaths} {received}");
    });
}

/// A call while the service stops: it is refused, or what it caused is delivered; nobody waits for ever.
///
/// Seen red: `Mailbox::close` did not raise its signal.
#[test]
fn the_end_of_the_service_leaves_nobody_waiting() {
    explore(|| {
        let warden = Warden::start(Counter(0), setup(8)).unwrap();
        let received = Received::default();
        let mut none = Held::enter();
        warden.connect(&mut none, app(A), None, recorder(&received)).unwrap();
        let other = warden.clone();
        let caller = thread::spawn(move || {
            other.submit(&mut Held::enter(), (), &mut Out::default()).map_err(|error| {
                assert_eq!(error, SubmitError::Closed);
            })
        });
        close(&warden);
        let taken = caller.join().unwrap().is_ok();
        assert_eq!(received.lock().unwrap().len(), usize::from(taken));
    });
}

/// Counts the lines that are on disk.
struct Disk(Arc<Mutex<usize>>);

impl Storage for Disk {
    fn append(&mut self, lines: &[u8]) -> std::io::Result<()> {
        *self.0.lock().unwrap() += lines.iter().filter(|byte| **byte == b'\n').count();
        Ok(())
    }
}

/// Two callers who were promised that what is acknowledged is on disk, and a writer that takes what it
/// finds.
///
/// Seen red: `Journal::wait_for` was content with the line before its own.
#[test]
fn nobody_is_answered_before_the_input_is_on_disk() {
    explore(|| {
        let written = Arc::new(Mutex::new(0));
        let journal = Journal::start(Disk(written.clone()), Durability::Acknowledged).unwrap();
        let setup = Setup { journal: Some(journal), ..setup(8) };
        let warden = Warden::start(Counter(0), setup).unwrap();
        let (other, seen) = (warden.clone(), written.clone());
        let caller = thread::spawn(move || {
            other.submit(&mut Held::enter(), (), &mut Out::default()).unwrap();
            assert!(*seen.lock().unwrap() >= 1);
        });
        warden.submit(&mut Held::enter(), (), &mut Out::default()).unwrap();
        assert!(*written.lock().unwrap() >= 1);
        caller.join().unwrap();
        assert_eq!(*written.lock().unwrap(), 2);
        close(&warden);
    });
}
