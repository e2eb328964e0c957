//! Callbacks of services have returned. Rules: FGS-START-090, FGS-OOM-021.

use super::active_services::{ActiveServices, Context};
use super::call::ServiceDone;
use super::effect::{ServiceEffect, ServiceToken};
use super::neighbours::OomAdjReason;
use crate::exception::Exception;
use crate::facts;
use crate::rules::{fgs_start as rule, fgs_stop as stop};

/// `Service.START_STICKY_COMPATIBILITY`.
const START_STICKY_COMPATIBILITY: i32 = 0;
/// `Service.START_STICKY`.
const START_STICKY: i32 = 1;
/// `Service.START_NOT_STICKY`.
const START_NOT_STICKY: i32 = 2;
/// `Service.START_REDELIVER_INTENT`.
const START_REDELIVER_INTENT: i32 = 3;
/// `Service.START_TASK_REMOVED_COMPLETE`.
pub(super) const START_TASK_REMOVED_COMPLETE: i32 = 1000;

impl ActiveServices {
    /// `serviceDoneExecuting`.
    ///
    /// # Errors
    ///
    /// `IllegalArgumentException` for an unknown result of `onStartCommand`.
    pub(super) fn service_done_executing(
        &mut self,
        token: ServiceToken,
        done: ServiceDone,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        match done {
            ServiceDone::Start { start_id, result } => {
                self.start_command_done(token, start_id, result, cx)?;
            }
            ServiceDone::Stop => {
                let record = self.record_mut(token);
                if record.destroying {
                    record.execute_nesting = 1;
                }
            }
            ServiceDone::Anonymous => {}
        }
        let destroying = self.record_mut(token).destroying;
        self.done_executing(token, destroying, OomAdjReason::ExecutingService, cx);
        Ok(())
    }

    /// What a result of `onStartCommand` does to the record. Rule: FGS-START-090.
    fn start_command_done(
        &mut self,
        token: ServiceToken,
        start_id: i32,
        result: i32,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        let record = self.record_mut(token);
        match result {
            START_STICKY_COMPATIBILITY | START_STICKY => {
                record.take_delivered_start(start_id, false);
                record.stop_if_killed = false;
            }
            START_NOT_STICKY => {
                record.take_delivered_start(start_id, false);
                if record.last_start_id == start_id {
                    record.stop_if_killed = true;
                }
            }
            START_REDELIVER_INTENT => {
                let item = record
                    .delivered_starts
                    .iter_mut()
                    .find(|item| item.id == start_id && !item.task_removed);
                if let Some(item) = item {
                    item.delivery_count = 0;
                    item.done_executing_count += 1;
                    record.stop_if_killed = true;
                }
            }
            START_TASK_REMOVED_COMPLETE => record.take_delivered_start(start_id, true),
            _ => {
                cx.out.decide(&rule::FGS_START_090, "unknown result", || facts!(result));
                record.call_start = true;
                return Err(Exception::IllegalArgument(format!(
                    "unknown service start result: {result}"
                )));
            }
        }
        record.call_start = result != START_STICKY_COMPATIBILITY;
        cx.out.decide(&rule::FGS_START_090, "onStartCommand returned", || {
            facts!(start_id, result, stop_if_killed = record.stop_if_killed)
        });
        Ok(())
    }

    /// `publishService`: `onBind` has returned. Rule: FGS-STOP-031.
    pub(super) fn publish_service(
        &mut self,
        token: ServiceToken,
        action: &Option<String>,
        has_binder: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let component = record.name().clone();
        let binding = record.bindings.iter_mut().find(|it| it.action == *action && !it.received);
        if let Some(binding) = binding {
            binding.has_binder = has_binder;
            binding.requested = true;
            binding.received = true;
            for connection in record.connections.values().filter(|it| it.action == *action) {
                cx.effect(ServiceEffect::Connected {
                    client: connection.client_uid,
                    process: cx.process_name(connection.key.client),
                    connection: connection.key.connection,
                    component: component.clone(),
                    service: has_binder.then_some(token),
                    dead: false,
                });
            }
        }
        self.done_executing(token, false, OomAdjReason::ExecutingService, cx);
    }

    /// `unbindFinished`: `onUnbind` has returned. Rule: FGS-STOP-031.
    pub(super) fn unbind_finished(
        &mut self,
        token: ServiceToken,
        action: &Option<String>,
        do_rebind: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let destroying = record.destroying;
        let clients: Vec<_> = record
            .connections
            .values()
            .filter(|it| it.action == *action)
            .map(|it| it.key.client)
            .collect();
        let known = record.bindings.iter().any(|it| it.action == *action);
        if known && do_rebind {
            cx.out.decide(&stop::FGS_STOP_031, "rebind wanted", || facts!(token, clients));
            if clients.is_empty() || destroying {
                for binding in &mut self.record_mut(token).bindings {
                    binding.do_rebind |= binding.action == *action;
                }
            } else {
                let fg = clients
                    .iter()
                    .any(|pid| cx.process(Some(*pid)).is_some_and(|it| !it.background_sched_group));
                self.request_service_binding(token, action, fg, true, cx);
            }
        }
        self.done_executing(token, false, OomAdjReason::UnbindService, cx);
    }
}
