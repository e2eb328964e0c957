//! Tests of the scheduler as a whole, on a small device.

mod checks;
mod device;
mod life;
