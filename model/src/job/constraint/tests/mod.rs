//! Tests of the constraint controllers, driven through the scheduler on a small device.

mod battery;
mod component;
mod doze;
mod storage;
mod time;
