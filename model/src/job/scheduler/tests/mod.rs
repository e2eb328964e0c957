//! Tests of the scheduler as a whole, on a small device.

mod device;
mod life;
