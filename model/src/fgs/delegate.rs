//! Foreground-service delegates: foreground services without app code, kept for a process by a part of
//! the system. Rules: FGS-START-098, FGS-START-099.

use serde::{Deserialize, Serialize};

use super::active_services::{ActiveServices, Context};
use super::call::BackgroundStartPrivileges;
use super::effect::{ForegroundServiceChange, ServiceEffect, ServiceToken};
use super::exemption::Identity;
use super::neighbours::{OomAdjReason, ServiceInfo};
use super::record::ServiceRecord;
use super::restriction::Occasion;
use super::types::ForegroundServiceType;
use crate::exception::Exception;
use crate::facts;
use crate::ids::{ComponentName, Pid, Uid};
use crate::rules::fgs_start as rule;

/// `ForegroundServiceDelegationOptions`: what a delegate stands for, and for whom.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DelegateOptions {
    /// What kind of service it stands for: 0 to 12.
    pub kind: i32,
    /// The name of that kind.
    pub kind_name: String,
    /// The client's process.
    pub pid: Pid,
    /// The client's uid.
    pub uid: Uid,
    /// The client's package.
    pub package: String,
    /// Tells several delegates of one client apart.
    pub instance: String,
    /// `FOREGROUND_SERVICE_TYPE_*`, taken as they are.
    pub types: i32,
    /// Names the connection that hears of it.
    pub connection: Option<u64>,
}

impl DelegateOptions {
    fn same_as(&self, other: &Self) -> bool {
        (self.kind, self.uid, self.pid, &self.instance)
            == (other.kind, other.uid, other.pid, &other.instance)
    }

    fn component(&self) -> ComponentName {
        ComponentName {
            package: self.package.as_str().into(),
            class: format!("{}:{}", self.kind_name, self.instance).into(),
        }
    }
}

impl ActiveServices {
    /// Starts a delegate; whether it runs. Rule: FGS-START-098.
    ///
    /// # Errors
    ///
    /// `SecurityException`: the client's process is not known, or the package is not its own.
    pub fn start_foreground_service_delegate(
        &mut self,
        options: &DelegateOptions,
        cx: &mut Context<'_>,
    ) -> Result<bool, Exception> {
        if self.delegate(|it| it.same_as(options)).is_some() {
            cx.out.decide(&rule::FGS_START_098, "runs already", || facts!(options));
            return Ok(false);
        }
        let who = Identity {
            uid: options.uid,
            pid: Some(options.pid),
            package: Some(options.package.clone()),
        };
        if !self.can_start_foreground_service(cx.now, &who, &*cx.neighbours, cx.out) {
            cx.out.decide(&rule::FGS_START_098, "denied", || facts!(options));
            return Ok(false);
        }
        let app = cx.neighbours.process(options.pid).filter(|app| app.uid == options.uid);
        if app.is_none() || !cx.neighbours.owns_package(options.uid, &options.package) {
            return Err(Exception::Security(format!(
                "unknown client of a delegate: pid {} uid {} package {}",
                options.pid, options.uid, options.package
            )));
        }
        cx.out.decide(&rule::FGS_START_098, "started", || facts!(options));
        let token = self.add_delegate(options, cx);
        self.start_in_process(token, options.pid, cx);
        let none = BackgroundStartPrivileges::None;
        self.set_fgs_restriction(token, &who, none, Occasion::StartForeground, cx);
        self.update_service_foreground(options.pid, cx);
        self.update_oom_adj(OomAdjReason::UiVisibility, cx);
        self.announce_delegate(token, options, cx);
        self.signal_foreground_service_observers(token, cx);
        Ok(true)
    }

    fn add_delegate(&mut self, options: &DelegateOptions, cx: &mut Context<'_>) -> ServiceToken {
        self.last_token += 1;
        let token = ServiceToken(self.last_token);
        let info = ServiceInfo {
            name: options.component(),
            uid: options.uid,
            process: options.package.clone(),
            ..ServiceInfo::default()
        };
        let user = options.uid.user();
        self.by_name.insert((user, info.name.clone()), token);
        let mut record = ServiceRecord::new(token, info, user, cx.now.elapsed, true);
        record.app = Some(options.pid);
        record.is_foreground = true;
        record.foreground_service_type = ForegroundServiceType(options.types);
        record.fgs_enter_time = cx.now.uptime;
        record.recent_calling_uid = options.uid;
        record.recent_calling_package = Some(options.package.clone());
        record.delegate = Some(options.clone());
        self.records.insert(token, record);
        token
    }

    fn announce_delegate(
        &mut self,
        token: ServiceToken,
        options: &DelegateOptions,
        cx: &mut Context<'_>,
    ) {
        let restriction = self.record_mut(token).restriction;
        let (component, uid) = (options.component(), options.uid);
        let package = options.package.clone();
        cx.effect(ServiceEffect::StartForegroundOp { package, uid, active: true });
        let change = ForegroundServiceChange::Enter {
            types: options.types,
            reason: restriction.allow_start_foreground,
            while_in_use: restriction.allow_while_in_use,
            type_check: 0,
        };
        let entered =
            ServiceEffect::ForegroundServiceState { component: component.clone(), uid, change };
        cx.effect(entered);
        if let Some(connection) = options.connection {
            cx.effect(ServiceEffect::Delegate { connection, component, connected: true });
        }
    }

    /// Stops the delegate with this identity; nothing happens without one. Rule: FGS-START-099.
    pub fn stop_foreground_service_delegate(
        &mut self,
        options: &DelegateOptions,
        cx: &mut Context<'_>,
    ) {
        if let Some(token) = self.delegate(|it| it.same_as(options)) {
            cx.out.decide(&rule::FGS_START_099, "stopped", || facts!(options));
            self.bring_down_service(token, cx);
        }
    }

    /// Stops the delegate with this connection; nothing happens without one. Rule: FGS-START-099.
    pub fn stop_foreground_service_delegate_of(&mut self, connection: u64, cx: &mut Context<'_>) {
        if let Some(token) = self.delegate(|it| it.connection == Some(connection)) {
            cx.out.decide(&rule::FGS_START_099, "stopped", || facts!(connection));
            self.bring_down_service(token, cx);
        }
    }

    fn delegate(&self, meant: impl Fn(&DelegateOptions) -> bool) -> Option<ServiceToken> {
        self.services().find(|it| it.delegate.as_ref().is_some_and(&meant)).map(|it| it.token)
    }
}
