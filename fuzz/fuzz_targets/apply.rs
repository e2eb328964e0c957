//! Inputs from outside, one JSON object a line, on a model that has just booted.
#![no_main]

use jobwarden_model::{Input, Model, Now, Output, Platform, Wall};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let inputs: Vec<Input> = data
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let (first, second) = (play(&inputs), play(&inputs));
    assert_eq!(first, second, "the same inputs lead to the same answers");
});

fn play(inputs: &[Input]) -> (Model, Vec<String>) {
    let mut model = Model::new(Platform::android_14());
    let mut now = Now::at_boot(Wall(1_700_000_000_000));
    let mut out = Output::tracing();
    let mut trail = Vec::new();
    for input in inputs {
        now = now.awake_for(1_000);
        out.clear();
        model.apply(now, input.clone(), &mut out);
        assert_ne!(model.next_wakeup().in_millis(now), Some(0), "something is still due");
        trail.push(format!("{:?} {:?} {:?}", out.reply, out.effects, out.decisions));
    }
    (model, trail)
}
