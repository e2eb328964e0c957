//! Tests of the constraint controllers, driven through the scheduler on a small device.

mod background;
mod battery;
mod component;
mod doze;
mod idle;
mod network;
mod prefetch;
mod storage;
mod time;
mod together;
