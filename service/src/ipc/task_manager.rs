//! `ITaskManager`: what the user sees and does in the list of active apps.

use jobwarden_aidl::aidl::dev::jobwarden::ITaskManager::ITaskManager;
use jobwarden_aidl::binder::{BinderResult, Interface};
use jobwarden_model::input::PersonAct;
use jobwarden_model::Input;

use super::host::{nothing, read, Desk};
use super::wire::user;

/// The binder object.
pub(crate) struct TaskManager(pub(crate) Desk);

impl Interface for TaskManager {}

impl ITaskManager for TaskManager {
    fn stop(&self, package: &str, user_id: i32) -> BinderResult<()> {
        self.0.privileged()?;
        let act = read(|budget| {
            let package = budget.name("package name", package)?;
            Ok(PersonAct::StopApp { package, user: user(user_id)? })
        })?;
        nothing(self.0.host.submit(Input::Person { act })?)
    }
}
