//! The keys of the timer table: every alarm and message of the model, each wrapped from its room.
//!
//! A room declares its own keys; this file only lists the rooms. A key says what replaces what.

use crate::{activity, fgs, job, notification, process};

/// An alarm of the platform: due on the elapsed clock, also fires out of deep sleep.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alarm {
    /// Set by the job scheduler.
    Job(job::Alarm),
    /// Set by the notification manager.
    Notification(notification::Alarm),
}

/// A delayed message of the platform: due on the uptime clock.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// Sent by the job scheduler to itself.
    Job(job::Message),
    /// Sent by the service code of the activity manager to itself.
    Service(fgs::Message),
    /// Sent by the process code of the activity manager to itself.
    Process(process::Message),
    /// Sent by the activity task manager to itself.
    Activity(activity::Message),
}

/// Posted without delay: handled in the order of posting before the input is over.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// A message of the job scheduler's handler.
    Job(job::Posted),
    /// A message of the service code of the activity manager.
    Service(fgs::Posted),
    /// A message of the notification manager's handler.
    Notification(notification::Posted),
    /// A message of the process code of the activity manager.
    Process(process::Posted),
}
