//! What a running job says through its callback: `IJobCallback`. Rules: JOB-RUN-017, 021, 022, 039 to 053.
//!
//! The trap: answers are not tied to what was asked. Whatever the app says is taken for the answer
//! the slot waits for, by its verb.

use super::at_work::SlotAtWork;
use super::notification::SetNotification;
use super::slot::{BytePair, StopCause, Verb};
use super::timers::STALE_CALLBACK_TOLERANCE_MILLIS;
use super::{Answer, Called, Completed};
use crate::exception::Exception;
use crate::facts;
use crate::ids::Caller;
use crate::job::call::{CallbackToken, JobCallbackCall};
use crate::job::effect::JobEffect;
use crate::job::info::JobWorkItem;
use crate::job::{InternalStopReason, StopReason};
use crate::reply::Reply;
use crate::rules::job_run::{
    JOB_RUN_017, JOB_RUN_021, JOB_RUN_022, JOB_RUN_040, JOB_RUN_041, JOB_RUN_044, JOB_RUN_045,
    JOB_RUN_046, JOB_RUN_048, JOB_RUN_049, JOB_RUN_050, JOB_RUN_052, JOB_RUN_053,
};

/// What an answer of the app led to.
enum Handled {
    /// The job goes on.
    GoesOn,
    /// It ended.
    Ended(Completed),
    /// It ended while its start was being acknowledged: the platform has not looked up from that yet.
    EndedInStart(Completed),
}

impl SlotAtWork<'_, '_> {
    /// One call through the callback `token`.
    pub(super) fn on_callback(
        &mut self,
        token: CallbackToken,
        caller: Caller,
        call: JobCallbackCall,
    ) -> Called {
        // The token alone tells whose call it is. Rule: JOB-RUN-039.
        if self.context.running.as_ref().map(|running| running.token) != Some(token) {
            return Called::answered(self.stale(token, &call));
        }
        match call {
            JobCallbackCall::AcknowledgeStart { ongoing } => {
                let handled = self.do_callback(ongoing, Some("finished start"));
                self.called(handled)
            }
            JobCallbackCall::AcknowledgeStop { reschedule } => {
                let handled = self.do_callback(reschedule, None);
                self.called(handled)
            }
            JobCallbackCall::JobFinished { reschedule } => {
                let handled = self.do_finish(reschedule, "app called jobFinished");
                self.called(handled)
            }
            JobCallbackCall::DequeueWork => self.dequeue_work(),
            JobCallbackCall::CompleteWork { work_id } => {
                Called::answered(Ok(Reply::Boolean(self.complete_work(work_id))))
            }
            JobCallbackCall::SetNotification { id, notification, end_policy } => {
                let set = self.set_notification(caller, id, notification, end_policy);
                Called::answered(set.map(|()| Reply::Nothing))
            }
            JobCallbackCall::UpdateEstimatedNetworkBytes { download, upload } => {
                self.note_estimate(BytePair { download, upload })
            }
            JobCallbackCall::UpdateTransferredNetworkBytes { download, upload } => {
                self.note_transferred(|bytes| *bytes = BytePair { download, upload })
            }
            JobCallbackCall::AcknowledgeTransferredDownloadBytes { bytes } => {
                self.note_transferred(|transferred| transferred.download = bytes)
            }
            JobCallbackCall::AcknowledgeTransferredUploadBytes { bytes } => {
                self.note_transferred(|transferred| transferred.upload = bytes)
            }
        }
    }

    /// A call of an execution that is over. Only the two calls that hand out or take back work mind,
    /// and even they bear with an app whose last stop came unasked. Rules: JOB-RUN-040, JOB-RUN-041.
    fn stale(&mut self, token: CallbackToken, call: &JobCallbackCall) -> Result<Reply, Exception> {
        let borne_with = match call {
            JobCallbackCall::DequeueWork => Reply::Work(None),
            JobCallbackCall::CompleteWork { .. } => Reply::Boolean(true),
            JobCallbackCall::AcknowledgeStart { .. }
            | JobCallbackCall::AcknowledgeStop { .. }
            | JobCallbackCall::JobFinished { .. }
            | JobCallbackCall::UpdateEstimatedNetworkBytes { .. }
            | JobCallbackCall::UpdateTransferredNetworkBytes { .. }
            | JobCallbackCall::AcknowledgeTransferredDownloadBytes { .. }
            | JobCallbackCall::AcknowledgeTransferredUploadBytes { .. }
            | JobCallbackCall::SetNotification { .. } => {
                self.turn.out.decide(&JOB_RUN_040, "stale: ignored", || facts!(token = token));
                return Ok(Reply::Nothing);
            }
        };
        let now = self.turn.now.elapsed;
        let context = &*self.context;
        let since = now.since(context.last_unsuccessful_finish);
        let excused =
            !context.previous_job_had_successful_finish && since < STALE_CALLBACK_TOLERANCE_MILLIS;
        self.turn.out.decide(&JOB_RUN_041, "stale: borne with, or refused", || {
            facts!(token = token, since = since, excused = excused)
        });
        if excused {
            return Ok(borne_with);
        }
        let mut message = "Caller no longer running".to_owned();
        if let Some((last, Some(stopped))) = &context.last_stopped {
            if *last == token {
                let ago = now.since(stopped.at);
                message
                    .push_str(&format!(", last stopped {ago} ms ago because: {}", stopped.reason));
            }
        }
        Err(Exception::Security(message))
    }

    /// `doCallbackLocked`: an answer, whatever it answers.
    fn do_callback(&mut self, wish: bool, debug: Option<&str>) -> Handled {
        self.remove_op_timeout();
        let (slot, verb) = (self.id, self.context.verb());
        match verb {
            Verb::Starting => self.handle_started(wish),
            Verb::Executing | Verb::Stopping => match self.close(wish, debug) {
                Some(completed) => Handled::Ended(completed),
                None => Handled::GoesOn,
            },
            Verb::Binding | Verb::Finished => {
                self.turn.out.decide(&JOB_RUN_017, "an answer to nothing", || {
                    facts!(slot = slot, verb = verb)
                });
                Handled::GoesOn
            }
        }
    }

    /// `handleStartedLocked`.
    fn handle_started(&mut self, ongoing: bool) -> Handled {
        let slot = self.id;
        let Some(running) = self.running() else { return Handled::GoesOn };
        running.verb = Verb::Executing;
        let (record, cancelled) = (running.record, running.cancelled);
        let ended =
            |completed: Option<Completed>| completed.map_or(Handled::GoesOn, Handled::Ended);
        if !ongoing {
            self.turn.out.decide(&JOB_RUN_022, "onStartJob returned false", || {
                facts!(slot = slot, cancelled = cancelled)
            });
            return ended(self.close(false, Some("onStartJob returned false")));
        }
        self.turn.out.decide(&JOB_RUN_021, "start acknowledged", || {
            facts!(slot = slot, record = record, cancelled = cancelled)
        });
        if cancelled {
            return ended(self.handle_cancel(None));
        }
        self.schedule_op_timeout();
        if let Some(completed) = self.deliver_pending_network() {
            return Handled::EndedInStart(completed);
        }
        if self.turn.host.record(record).is_user_visible_job() {
            self.inform_observers(record, true);
        }
        Handled::GoesOn
    }

    /// The network that changed while the job was starting, unless the app knows it. Rule: JOB-RUN-045.
    fn deliver_pending_network(&mut self) -> Option<Completed> {
        let running = self.running()?;
        let network = running.pending_network?;
        if running.parameters.network == Some(network) {
            return None;
        }
        self.on_network_changed(Some(network))
    }

    /// `informOfNetworkChangeLocked`.
    pub(super) fn on_network_changed(&mut self, network: Option<i32>) -> Option<Completed> {
        let slot = self.id;
        let record = self.running()?.record;
        if network.is_some() && !self.can_get_network_information(record) {
            return None;
        }
        let reachable = self.turn.host.is_app_reachable(slot);
        let running = self.running()?;
        let verb = running.verb;
        match verb {
            Verb::Binding | Verb::Starting => running.pending_network = network,
            Verb::Executing => {
                running.parameters.network = network;
                running.pending_network = None;
            }
            Verb::Stopping | Verb::Finished => {}
        }
        self.turn.out.decide(&JOB_RUN_045, "network changed", || {
            facts!(slot = slot, network = network, verb = verb, reachable = reachable)
        });
        if verb != Verb::Executing {
            return None;
        }
        if !reachable {
            return self.close(true, Some("host crashed when trying to inform of network change"));
        }
        let parameters = Box::new(self.running()?.parameters.clone());
        let uid = self.turn.host.record(record).calling_uid();
        let process = self.process_name(record);
        self.turn.out.effect(JobEffect::NetworkChanged { uid, process, parameters });
        None
    }

    /// `doJobFinished`: the reasons stay in the parameters even where this does not end the job.
    fn do_finish(&mut self, reschedule: bool, debug: &str) -> Handled {
        let (slot, verb) = (self.id, self.context.verb());
        if let Some(running) = self.running() {
            running.set_stop_reason(&StopCause::new(
                StopReason::Undefined,
                InternalStopReason::SuccessfulFinish,
                debug,
            ));
        }
        self.turn.out.decide(&JOB_RUN_044, "finished by the app", || {
            facts!(slot = slot, verb = verb, reschedule = reschedule)
        });
        self.do_callback(reschedule, Some(debug))
    }

    /// `doDequeueWork`: asking for work when none is left ends the job.
    fn dequeue_work(&mut self) -> Called {
        let (slot, verb) = (self.id, self.context.verb());
        let Some(record) = self.running().map(|running| running.record) else {
            return Called::answered(Ok(Reply::Work(None)));
        };
        if verb == Verb::Stopping {
            self.turn.out.decide(&JOB_RUN_046, "stopping: no more work", || facts!(slot = slot));
            return Called::answered(Ok(Reply::Work(None)));
        }
        let job = self.turn.host.record_mut(record);
        let work: Option<JobWorkItem> = job.dequeue_work().cloned();
        let executing = !job.executing_work().is_empty();
        self.turn.out.decide(&JOB_RUN_046, "work taken, or none left", || {
            facts!(
                slot = slot,
                work = work.as_ref().map(|item| item.work_id),
                executing = executing
            )
        });
        if work.is_none() && !executing {
            let handled = self.do_finish(false, "last work dequeued");
            return Called { answer: Answer::no_work(), ..self.called(handled) };
        }
        if work.is_some() {
            let turn = &mut *self.turn;
            turn.host.touch_job(record, turn.looper, turn.out);
        }
        Called::answered(Ok(Reply::Work(work.map(Box::new))))
    }

    /// `doCompleteWork`.
    fn complete_work(&mut self, work_id: i32) -> bool {
        let Some(record) = self.running().map(|running| running.record) else { return false };
        let done = self.turn.host.record_mut(record).complete_work(work_id);
        let known = done.is_some();
        self.turn.out.decide(&JOB_RUN_048, "work done, or unknown", || {
            facts!(record = record, work_id = work_id, known = known)
        });
        if let Some(work) = done {
            let turn = &mut *self.turn;
            turn.host.revoke_work_grants(record, &work, turn.out);
            turn.host.touch_job(record, turn.looper, turn.out);
        }
        known
    }

    /// What the app says of bytes is taken as it is. Rule: JOB-RUN-049.
    fn note_estimate(&mut self, bytes: BytePair) -> Called {
        let slot = self.id;
        if let Some(running) = self.running() {
            running.estimated = bytes;
        }
        self.turn
            .out
            .decide(&JOB_RUN_049, "estimate as said", || facts!(slot = slot, bytes = bytes));
        Called::answered(Ok(Reply::Nothing))
    }

    /// Absolute values, not increments. Rule: JOB-RUN-050.
    fn note_transferred(&mut self, say: impl FnOnce(&mut BytePair)) -> Called {
        let slot = self.id;
        if let Some(running) = self.running() {
            say(&mut running.transferred);
            let bytes = running.transferred;
            self.turn
                .out
                .decide(&JOB_RUN_050, "transfer as said", || facts!(slot = slot, bytes = bytes));
        }
        Called::answered(Ok(Reply::Nothing))
    }

    /// `doSetNotification`: any job may, a user-initiated one must. Rules: JOB-RUN-052, JOB-RUN-053.
    fn set_notification(
        &mut self,
        caller: Caller,
        id: i32,
        notification: Option<Box<crate::notification::Notification>>,
        end_policy: i32,
    ) -> Result<(), Exception> {
        let slot = self.id;
        let Some(record) = self.running().map(|running| running.record) else { return Ok(()) };
        let job = self.turn.host.record(record);
        if caller.uid != job.calling_uid() {
            let owner = job.calling_uid();
            self.turn.out.decide(&JOB_RUN_052, "the caller runs no such job", || {
                facts!(caller = caller.uid, owner = owner)
            });
            let message = "Can't post notification on behalf of another app".to_owned();
            return Err(Exception::Security(message));
        }
        let request = SetNotification {
            package: job.service_component().package.to_string(),
            pid: caller.pid,
            uid: caller.uid,
            id,
            notification,
            end_policy,
            user_initiated: job.started_as_user_initiated_job,
        };
        self.notifications.enqueue_notification(slot, request, self.turn)?;
        let Some(running) = self.running() else { return Ok(()) };
        let was_awaited = std::mem::take(&mut running.awaiting_notification);
        let rearmed = was_awaited && running.verb == Verb::Executing;
        self.turn.out.decide(&JOB_RUN_053, "a notification is there", || {
            facts!(slot = slot, was_awaited = was_awaited, rearmed = rearmed)
        });
        if rearmed {
            self.schedule_op_timeout();
        }
        Ok(())
    }

    fn called(&self, handled: Handled) -> Called {
        match handled {
            Handled::GoesOn => Called::answered(Ok(Reply::Nothing)),
            Handled::Ended(completed) => {
                Called { completed: Some(completed), answer: Answer::nothing() }
            }
            Handled::EndedInStart(completed) => {
                Called { completed: Some(completed), answer: Answer::start_interrupted(self.id) }
            }
        }
    }
}
