//! `INotificationManager`: channels and notifications of apps.

use jobwarden_aidl::aidl::dev::jobwarden::INotificationManager::INotificationManager;
use jobwarden_aidl::aidl::dev::jobwarden::Notification;
use jobwarden_aidl::binder::{BinderResult, Interface, Status};
use jobwarden_model::notification::call::NotificationCall as Call;
use jobwarden_model::{Input, Reply};

use super::host::{nothing, read, Desk};
use super::wire::{notification_from_wire, Budget, Wire};

/// The binder object.
pub(crate) struct NotificationManager(pub(crate) Desk);

impl Interface for NotificationManager {}

impl NotificationManager {
    fn ask(&self, build: impl FnOnce(&mut Budget) -> Wire<Call>) -> Result<Reply, Status> {
        let caller = self.0.caller()?;
        let call = read(build)?;
        self.0.host.submit(Input::Notification { caller, call })
    }
}

#[allow(non_snake_case, reason = "names of the interface")]
impl INotificationManager for NotificationManager {
    fn createChannel(
        &self,
        package: &str,
        channel: &str,
        importance: i32,
        group: Option<&str>,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            Ok(Call::CreateChannel {
                package: budget.name("package name", package)?,
                channel: budget.name("channel", channel)?,
                importance,
                group: budget.optional("group", group)?,
            })
        })?)
    }

    fn deleteChannel(&self, package: &str, channel: &str) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            Ok(Call::DeleteChannel {
                package: budget.name("package name", package)?,
                channel: budget.name("channel", channel)?,
            })
        })?)
    }

    fn notify(
        &self,
        package: &str,
        tag: Option<&str>,
        id: i32,
        notification: &Notification::Notification,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            Ok(Call::Notify {
                package: budget.name("package name", package)?,
                tag: budget.optional("tag", tag)?,
                id,
                notification: Box::new(notification_from_wire(notification, budget)?),
            })
        })?)
    }

    fn cancel(&self, package: &str, tag: Option<&str>, id: i32) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            let package = budget.name("package name", package)?;
            Ok(Call::Cancel { package, tag: budget.optional("tag", tag)?, id })
        })?)
    }

    fn cancelAll(&self, package: &str) -> BinderResult<()> {
        nothing(
            self.ask(|budget| {
                Ok(Call::CancelAll { package: budget.name("package name", package)? })
            })?,
        )
    }
}
