//! The way in: calls of apps, timers that fire, and what was posted.

use super::active_services::{ActiveServices, Context};
use super::bind::BindRequest;
use super::call::{BackgroundStartPrivileges, ServiceCall};
use super::effect::ServiceToken;
use super::exemption::Identity;
use super::foreground::StartForeground;
use super::start::StartRequest;
use super::types::ForegroundServiceType;
use super::{Message, Posted};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, ComponentName, UserId};
use crate::process::BindFlags;
use crate::reply::Reply;
use crate::rules::{fgs_combo as combo, fgs_exc as exc, fgs_start as start, fgs_stop as stop};

impl ActiveServices {
    /// Answers one call.
    ///
    /// # Errors
    ///
    /// The exception that the caller hears.
    pub fn call(
        &mut self,
        caller: Caller,
        call: ServiceCall,
        cx: &mut Context<'_>,
    ) -> Result<Reply, Exception> {
        match call {
            ServiceCall::StartService { service, calling_package, user } => {
                self.start_call(caller, Start { service, calling_package, user, fg: false }, cx)
            }
            ServiceCall::StartForegroundService { service, calling_package, user } => {
                self.start_call(caller, Start { service, calling_package, user, fg: true }, cx)
            }
            ServiceCall::CreatePendingIntent { intent, service, foreground } => self
                .create_pending_intent(caller, intent, service, foreground, cx)
                .map(|()| Reply::Nothing),
            ServiceCall::SendPendingIntent { intent, options } => {
                Ok(Reply::Int(self.send_pending_intent(caller, &intent, options, cx)))
            }
            ServiceCall::CancelPendingIntent { intent } => {
                self.cancel_pending_intent(caller, &intent, cx).map(|()| Reply::Nothing)
            }
            ServiceCall::StopService { service, user } => {
                self.stop_service(caller, &service, user, cx).map(Reply::Int)
            }
            ServiceCall::Bind { service, action, connection, flags, calling_package, user } => {
                let flags = BindFlags::from_bits(flags);
                let package = calling_package;
                let request = BindRequest { service, user, action, connection, flags, package };
                self.bind_service(caller, &request, cx).map(Reply::Int)
            }
            ServiceCall::Unbind { connection } => {
                let known =
                    caller.pid.is_some_and(|client| self.unbind_service(client, connection, cx));
                Ok(Reply::Boolean(known))
            }
            ServiceCall::RegisterForegroundServiceObserver { observer } => {
                self.register_observer(caller, observer, cx).map(|()| Reply::Boolean(true))
            }
            ServiceCall::ServiceDoneExecuting { service, done } => {
                if self.hosts(caller, service) {
                    self.service_done_executing(service, done, cx)?;
                }
                Ok(Reply::Nothing)
            }
            ServiceCall::PublishService { service, action, binder } => {
                if self.hosts(caller, service) {
                    self.publish_service(service, &action, binder, cx);
                }
                Ok(Reply::Nothing)
            }
            ServiceCall::UnbindFinished { service, action, do_rebind } => {
                if self.hosts(caller, service) {
                    self.unbind_finished(service, &action, do_rebind, cx);
                }
                Ok(Reply::Nothing)
            }
            ServiceCall::StopSelf { .. }
            | ServiceCall::StartForeground { .. }
            | ServiceCall::StopForeground { .. }
            | ServiceCall::GetForegroundServiceType { .. }
            | ServiceCall::ShouldServiceTimeOut { .. } => self.call_of_service(caller, call, cx),
        }
    }

    /// A call that a service makes about itself. Rule: FGS-START-040.
    fn call_of_service(
        &mut self,
        caller: Caller,
        call: ServiceCall,
        cx: &mut Context<'_>,
    ) -> Result<Reply, Exception> {
        match call {
            ServiceCall::StopSelf { service, start_id } => {
                let known = self.find_for_call(service, caller, cx);
                Ok(Reply::Boolean(known && self.stop_service_token(service, start_id, cx)))
            }
            ServiceCall::StartForeground { service, id, notification, types } => {
                if self.find_for_call(service, caller, cx) {
                    let types = ForegroundServiceType(types);
                    self.start_foreground_call(
                        service,
                        StartForeground { id, notification, types },
                        cx,
                    )?;
                }
                Ok(Reply::Nothing)
            }
            ServiceCall::StopForeground { service, flags } => {
                if self.find_for_call(service, caller, cx) {
                    cx.out.decide(&stop::FGS_STOP_004, "no checks", || facts!(service, flags));
                    self.stop_foreground(service, flags, cx);
                }
                Ok(Reply::Nothing)
            }
            ServiceCall::GetForegroundServiceType { service } => {
                let types = self
                    .find(service, caller.uid)
                    .map_or(ForegroundServiceType::NONE, |it| it.foreground_service_type);
                cx.out.decide(&combo::FGS_COMBO_017, "current types", || facts!(types));
                Ok(Reply::Int(types.0))
            }
            ServiceCall::ShouldServiceTimeOut { service } => {
                let known = self.find(service, caller.uid).is_some();
                Ok(Reply::Boolean(known && self.should_service_time_out(service, cx)))
            }
            ServiceCall::StartService { .. }
            | ServiceCall::StartForegroundService { .. }
            | ServiceCall::CreatePendingIntent { .. }
            | ServiceCall::SendPendingIntent { .. }
            | ServiceCall::CancelPendingIntent { .. }
            | ServiceCall::StopService { .. }
            | ServiceCall::Bind { .. }
            | ServiceCall::Unbind { .. }
            | ServiceCall::ServiceDoneExecuting { .. }
            | ServiceCall::PublishService { .. }
            | ServiceCall::UnbindFinished { .. }
            | ServiceCall::RegisterForegroundServiceObserver { .. } => Ok(Reply::Nothing),
        }
    }

    /// Whether a token names a current service of the caller's user. Rule: FGS-START-040.
    fn find_for_call(&self, token: ServiceToken, caller: Caller, cx: &mut Context<'_>) -> bool {
        let known = self.find(token, caller.uid).is_some();
        if !known {
            cx.out.decide(&start::FGS_START_040, "unknown token", || facts!(token));
        }
        known
    }

    /// Whether the caller is the process whose callback may have returned.
    fn hosts(&self, caller: Caller, token: ServiceToken) -> bool {
        self.record(token).is_some_and(|record| {
            record.execute_nesting > 0 && record.app.is_some() && record.app == caller.pid
        })
    }

    fn start_call(
        &mut self,
        caller: Caller,
        start: Start,
        cx: &mut Context<'_>,
    ) -> Result<Reply, Exception> {
        if start.calling_package.is_none() {
            cx.out.decide(&start::FGS_START_010, "no calling package", || facts!(caller));
            return Err(Exception::IllegalArgument("callingPackage cannot be null".to_owned()));
        }
        let request = StartRequest {
            service: start.service,
            user: start.user,
            who: Identity { uid: caller.uid, pid: caller.pid, package: start.calling_package },
            thread: caller.pid,
            fg_required: start.fg,
            privileges: BackgroundStartPrivileges::None,
        };
        cx.out.decide(&start::FGS_START_010, "start", || facts!(request));
        self.start_service(&request, cx).map(Reply::Component)
    }

    /// `startForeground`; with id 0 it is a `stopForeground`. Of several violations the first in the order
    /// of the checks decides what the caller hears. Rules: FGS-START-056, FGS-EXC-070.
    fn start_foreground_call(
        &mut self,
        token: ServiceToken,
        call: StartForeground,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        if call.id == 0 {
            cx.out.decide(&start::FGS_START_056, "id 0", || facts!(token));
            self.stop_foreground(token, 0, cx);
            return Ok(());
        }
        let outcome = self.start_foreground(token, call, cx);
        if let Err(exception) = &outcome {
            cx.out.decide(&exc::FGS_EXC_070, "the first violation", || {
                facts!(token, exception = exception.class_name())
            });
        }
        outcome
    }

    /// A timer of this room has fired.
    pub fn on_message(&mut self, message: Message, cx: &mut Context<'_>) {
        match message {
            Message::StartForegroundTimeout { service } => {
                self.service_foreground_timeout(service, cx);
            }
            Message::StartForegroundAnr { pid, component, .. } => {
                self.service_foreground_timeout_anr(pid, &component, cx);
            }
            Message::ShortFgsTimeout { service } => self.on_short_fgs_timeout(service, cx),
            Message::ShortFgsDemotion { service } => self.on_short_fgs_demotion(service, cx),
            Message::ShortFgsAnr { service } => self.on_short_fgs_anr(service, cx),
            Message::ServiceTimeout { pid } => self.service_timeout(pid, cx),
            Message::Restart { service } => self.perform_service_restart(service, cx),
            Message::BackgroundStartTimeout { user } => self.reschedule_delayed_starts(user, cx),
            Message::DeferredNotifications { .. } => self.post_deferred_notifications(cx),
            Message::UpdateForegroundApps { user, .. } => self.update_foreground_apps(user, cx),
        }
    }

    /// Something that this room posted is to be done.
    pub fn on_posted(&mut self, posted: Posted, cx: &mut Context<'_>) {
        match posted {
            Posted::PostNotification(request) => self.do_post_notification(&request, cx),
            Posted::CancelNotification { uid, package, id, .. } => {
                let (now, looper, out) = (cx.now, &mut *cx.looper, &mut *cx.out);
                cx.neighbours.cancel_notification(now, uid, &package, id, looper, out);
            }
            Posted::RemoveForegroundServiceFlag { user, package, id } => {
                let (now, looper, out) = (cx.now, &mut *cx.looper, &mut *cx.out);
                cx.neighbours.remove_foreground_service_flag(now, &package, id, user, looper, out);
            }
            Posted::ForegroundCrash { pid, component } => {
                self.service_foreground_crash(pid, &component, cx);
            }
            Posted::UpdateForegroundApps { user } => self.update_foreground_apps(user, cx),
            Posted::StopAllForegroundServices { uid, package } => {
                self.stop_all_foreground_services(uid, &package, cx);
            }
            Posted::NextDelayedStart { user } => self.reschedule_delayed_starts(user, cx),
            Posted::Restart { service } => self.perform_service_restart(service, cx),
            Posted::RescheduleRestarts => self.reschedule_restarts(cx),
        }
    }
}

/// The arguments of a start call.
struct Start {
    service: ComponentName,
    calling_package: Option<String>,
    user: UserId,
    fg: bool,
}
