//! Tests of the constraint controllers, driven through the scheduler on a small device.

mod battery;
mod component;
mod doze;
mod idle;
mod network;
mod storage;
mod time;
