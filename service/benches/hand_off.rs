//! What the host costs on top of the engine: one input by hand, and the same one through [`Warden`].
//!
//! ```text
//! cargo bench -p jobwarden --no-default-features --bench hand_off
//! ```
//!
//! The engine of `tiny` does next to nothing, so its figures are the price of the hand-off itself. In
//! `model` the input is a call that the model answers from what it knows.

use divan::{black_box, Bencher};
use jobwarden_model::ids::{Caller, Pid};
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::platform::Platform;
use jobwarden_model::{Input, Model, Now, Output, Uid, Wakeup};
use jobwarden_service::outbox::{Addressee, Envelope};
use jobwarden_service::sync::Held;
use jobwarden_service::timer::Clock;
use jobwarden_service::warden::Setup;
use jobwarden_service::{engine, Engine, Warden};

fn main() {
    divan::main();
}

/// Counts its inputs, and has one client told of each, or none.
struct Tiny {
    count: u64,
    told: usize,
}

#[derive(Default)]
struct Told(Vec<u64>);

impl Engine for Tiny {
    type Input = ();
    type Effect = u64;
    type Output = Told;

    fn apply(&mut self, _: Now, (): (), out: &mut Told) {
        self.count += 1;
        out.0.extend(std::iter::repeat(self.count).take(self.told));
    }

    fn next_wakeup(&self) -> Wakeup {
        Wakeup::default()
    }

    fn tick() {}

    fn effects(out: &mut Told) -> &mut Vec<u64> {
        &mut out.0
    }

    fn clear(out: &mut Told) {
        out.0.clear();
    }
}

fn setup<F: 'static>(route: fn(&F) -> Addressee) -> Setup<F> {
    let clock = Clock::at(Now::default());
    Setup { route: Box::new(route), clock, journal: None, outbox_capacity: 1 << 20 }
}

#[divan::bench]
fn tiny_by_hand(bencher: Bencher) {
    let (mut engine, mut out) = (Tiny { count: 0, told: 0 }, Told::default());
    bencher.bench_local(|| {
        Tiny::clear(&mut out);
        black_box(&mut engine).apply(Now::default(), (), &mut out);
    });
}

/// With no effect, and with one for a client that reads.
#[divan::bench(args = [0, 1])]
fn tiny_through_warden(bencher: Bencher, told: usize) {
    let warden = Warden::start(Tiny { count: 0, told }, setup(|_| Addressee::System)).unwrap();
    let (mut none, mut out) = (Held::enter(), Told::default());
    let reads = |envelope: Envelope<u64>| {
        black_box(envelope);
        Ok(())
    };
    warden.connect(&mut none, Addressee::System, None, reads).unwrap();
    bencher.bench_local(|| warden.submit(&mut none, (), &mut out).unwrap());
}

fn question() -> Input {
    let caller = Caller { uid: Uid(10_101), pid: Some(Pid(4242)) };
    let call = JobSchedulerCall::GetPendingJob { namespace: None, id: 7 };
    Input::JobScheduler { caller, call }
}

#[divan::bench]
fn model_by_hand(bencher: Bencher) {
    let (mut model, mut out) = (Model::new(Platform::android_14()), Output::new());
    bencher.with_inputs(question).bench_local_values(|input| {
        out.clear();
        black_box(&mut model).apply(Now::default(), input, &mut out);
    });
}

#[divan::bench]
fn model_through_warden(bencher: Bencher) {
    let model = Model::new(Platform::android_14());
    let warden = Warden::start(model, setup(engine::addressee)).unwrap();
    let (mut none, mut out) = (Held::enter(), Output::new());
    bencher
        .with_inputs(question)
        .bench_local_values(|input| warden.submit(&mut none, input, &mut out).unwrap());
}

/// On the kernel's clocks: three of them are read for every input.
#[divan::bench]
fn model_through_warden_on_real_clock(bencher: Bencher) {
    let model = Model::new(Platform::android_14());
    let setup = Setup { clock: Clock::real().unwrap(), ..setup(engine::addressee) };
    let warden = Warden::start(model, setup).unwrap();
    let (mut none, mut out) = (Held::enter(), Output::new());
    bencher
        .with_inputs(question)
        .bench_local_values(|input| warden.submit(&mut none, input, &mut out).unwrap());
    warden.close(&mut none, std::time::Duration::ZERO);
}
