//! Sensors turn a fact of the kernel into an input of the engine.

pub mod process;
