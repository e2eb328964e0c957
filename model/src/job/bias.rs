//! Bias: how much the state of its app pushes a job forward, whatever the app itself asks for.

use super::constants::Constants;
use super::info::{
    BIAS_ADJ_ALWAYS_RUNNING, BIAS_ADJ_OFTEN_RUNNING, BIAS_BOUND_FOREGROUND_SERVICE, BIAS_DEFAULT,
    BIAS_FOREGROUND_SERVICE, BIAS_TOP_APP,
};
use crate::process::ProcState;

/// The bias of a uid in this process state; 0: none. Rules: CTRL-BIAS-001, QUEUE-BIAS-002.
pub fn uid_bias(state: ProcState) -> i32 {
    if state == ProcState::Top {
        BIAS_TOP_APP
    } else if state <= ProcState::ForegroundService {
        BIAS_FOREGROUND_SERVICE
    } else if state == ProcState::BoundForegroundService {
        BIAS_BOUND_FOREGROUND_SERVICE
    } else {
        BIAS_DEFAULT
    }
}

/// `evaluateJobBiasLocked`: the bias a job has now. Rules: CTRL-BIAS-006, QUEUE-BIAS-005.
///
/// `load_factor` is asked for only where it matters; it is a 32-bit float, as on Android.
pub fn evaluate_job_bias(
    job_bias: i32,
    uid_bias: i32,
    load_factor: impl FnOnce() -> f32,
    constants: &Constants,
) -> i32 {
    let base = if job_bias >= BIAS_BOUND_FOREGROUND_SERVICE || uid_bias == BIAS_DEFAULT {
        job_bias
    } else {
        uid_bias
    };
    adjust_job_bias(base, load_factor, constants)
}

/// `adjustJobBias`: an app that works all the time stands back, unless it is on top.
/// Rule: QUEUE-BIAS-006.
fn adjust_job_bias(base: i32, load_factor: impl FnOnce() -> f32, constants: &Constants) -> i32 {
    if base >= BIAS_TOP_APP {
        return base;
    }
    let factor = load_factor();
    if factor >= constants.heavy_use_factor.get() {
        base.wrapping_add(BIAS_ADJ_ALWAYS_RUNNING)
    } else if factor >= constants.moderate_use_factor.get() {
        base.wrapping_add(BIAS_ADJ_OFTEN_RUNNING)
    } else {
        base
    }
}

#[cfg(test)]
mod tests;
