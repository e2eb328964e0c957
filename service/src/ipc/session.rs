//! `IAppSession`: the interfaces as another identity sees them, where sessions are allowed.

use jobwarden_aidl::aidl::dev::jobwarden::IAppSession::IAppSession;
use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::{
    BnForegroundServices, IForegroundServices,
};
use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::{BnJobScheduler, IJobScheduler};
use jobwarden_aidl::aidl::dev::jobwarden::INotificationManager::{
    BnNotificationManager, INotificationManager,
};
use jobwarden_aidl::aidl::dev::jobwarden::IShell::{BnShell, IShell};
use jobwarden_aidl::binder::{BinderResult, Interface, Strong};

use super::host::Desk;
use super::notifications::NotificationManager;
use super::scheduler::JobScheduler;
use super::services::ForegroundServices;
use super::shell::Shell;

/// The binder object; its desk has a fixed identity.
pub(crate) struct AppSession(pub(crate) Desk);

impl Interface for AppSession {}

#[allow(non_snake_case, reason = "names of the interface")]
impl IAppSession for AppSession {
    fn getJobScheduler(&self) -> BinderResult<Strong<dyn IJobScheduler>> {
        self.0.caller()?;
        Ok(BnJobScheduler::new_binder(JobScheduler(self.0.clone())))
    }

    fn getForegroundServices(&self) -> BinderResult<Strong<dyn IForegroundServices>> {
        self.0.caller()?;
        Ok(BnForegroundServices::new_binder(ForegroundServices(self.0.clone())))
    }

    fn getNotificationManager(&self) -> BinderResult<Strong<dyn INotificationManager>> {
        self.0.caller()?;
        Ok(BnNotificationManager::new_binder(NotificationManager(self.0.clone())))
    }

    fn getShell(&self) -> BinderResult<Strong<dyn IShell>> {
        self.0.caller()?;
        Ok(BnShell::new_binder(Shell(self.0.clone())))
    }
}
