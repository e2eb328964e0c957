//! Decides which background work an Android 14 app may do, and can say why.
//!
//! Sans-I/O: this crate reads no clock, opens no file, starts no thread and draws no random number.
//! Facts and instants come in, decisions go out; the same journal gives the same answers everywhere.
#![forbid(unsafe_code)]

pub mod activity;
pub mod codes;
pub mod decision;
pub mod device_config;
pub mod effect;
pub mod exception;
pub mod fgs;
pub mod ids;
pub mod input;
pub mod job;
pub mod looper;
pub mod model;
mod name_map;
pub mod notification;
pub mod output;
pub mod package;
pub mod platform;
pub mod process;
pub mod reply;
pub mod rules;
mod system;
pub mod time;

pub use decision::Decision;
pub use device_config::DeviceConfig;
pub use effect::Effect;
pub use exception::Exception;
pub use ids::{Caller, ComponentName, Pid, Uid, UserId};
pub use input::Input;
pub use looper::Looper;
pub use model::Model;
pub use output::Output;
pub use platform::Platform;
pub use reply::Reply;
pub use time::{Elapsed, Now, Uptime, Wakeup, Wall};
