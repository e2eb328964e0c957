//! Sensors turn a fact of the kernel into an input of the engine.

pub mod device;
mod memory;
mod power;
pub mod process;
mod thermal;
