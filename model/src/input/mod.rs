//! What goes into the model: every call, act, signal and event, one variant each.
//!
//! An input is a value: it can be written to a journal, sent over a wire and applied again.

mod activity;
mod device;
mod fact;
mod person;
mod process;

use serde::{Deserialize, Serialize};

pub use activity::{ActivityEvent, ActivityFacts, ActivityState, AppSwitches};
pub use device::{DeviceSignal, Doze, MemoryLevel, NetworkFacts, ThermalStatus};
pub use fact::{DeviceMark, PackageMark, SystemFact, TemporaryList, UidMark};
pub use person::PersonAct;
pub use process::{ProcessEvent, UserEvent};

use crate::fgs::call::ServiceCall;
use crate::ids::Caller;
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use crate::notification::call::NotificationCall;
use crate::package;

/// One input. Each is applied at one instant and handled to the end before the next.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Input {
    /// Time has come: whatever is due at this instant happens.
    Tick,
    /// A call of `IJobScheduler`.
    JobScheduler {
        /// Who calls.
        caller: Caller,
        /// What is asked.
        call: JobSchedulerCall,
    },
    /// A call of `IJobCallback`.
    JobCallback {
        /// Who calls.
        caller: Caller,
        /// Which execution it is about.
        token: CallbackToken,
        /// What is said.
        call: JobCallbackCall,
    },
    /// A call about services and the foreground.
    Service {
        /// Who calls.
        caller: Caller,
        /// What is asked.
        call: ServiceCall,
    },
    /// A call of the notification manager.
    Notification {
        /// Who calls.
        caller: Caller,
        /// What is asked.
        call: NotificationCall,
    },
    /// Packages, permissions and app-ops.
    Package {
        /// What happened.
        change: package::Event,
    },
    /// Processes and bindings.
    Process {
        /// What happened.
        change: ProcessEvent,
    },
    /// Activities, windows and app switches.
    Activity {
        /// What happened.
        change: ActivityEvent,
    },
    /// Android users.
    User {
        /// What happened.
        change: UserEvent,
    },
    /// Battery, network, heat, memory, idleness.
    Device {
        /// What is now so.
        signal: DeviceSignal,
    },
    /// Another part of Android says something that rooms ask about.
    Fact {
        /// What is now so.
        fact: SystemFact,
    },
    /// Something the person at the device does.
    Person {
        /// What.
        act: PersonAct,
    },
    /// A value of `device_config` is set, or removed where there is none.
    DeviceConfig {
        /// `jobscheduler`, `activity_manager`, ...
        namespace: String,
        /// The key.
        key: String,
        /// `None`: back to the default.
        value: Option<String>,
    },
    /// A shell command of the job scheduler.
    Shell {
        /// Who calls.
        caller: Caller,
        /// The verb and its arguments.
        arguments: Vec<String>,
    },
}
