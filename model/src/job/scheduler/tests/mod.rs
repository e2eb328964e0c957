//! Tests of the scheduler as a whole, on a small device.

mod cancel;
mod checks;
mod complete;
pub(in crate::job) mod device;
mod evaluate;
mod extremes;
mod hostile;
mod life;
mod matrix;
mod query;
mod schedule;
mod stop;
mod user_stop;
