//! Idle uids: those whose processes have all been in the background for long enough. Rules: PROC-STATE-020, 021.
//!
//! The trap: the time is measured on the elapsed clock, the look is taken on the uptime clock. On a device that
//! slept the change comes late.

use super::{Message, ProcessList, UidChanges, UidOutcome};
use crate::looper::Message as Timer;
use crate::rules::proc_state::PROC_STATE_021;
use crate::time::{Elapsed, Now};
use crate::{facts, Looper, Output};

impl ProcessList {
    /// `idleUidsLocked`: the look that [`Message::IdleUids`] asks for.
    pub fn on_idle_uids(
        &mut self,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Vec<UidOutcome> {
        let settle_ms = self.constants.background_settle_time_ms;
        let settled = now.elapsed.plus(-settle_ms);
        let mut became_idle = Vec::new();
        let mut next: Option<Elapsed> = None;
        for record in self.uids.values_mut().rev() {
            let since = record.last_background;
            if since <= Elapsed(0) || record.idle {
                continue;
            }
            if since <= settled {
                record.idle = true;
                record.set_idle = true;
                out.decide(&PROC_STATE_021, "uid becomes idle", || {
                    facts!(uid = record.uid, background_since = since)
                });
                became_idle.push(record.uid);
            } else {
                next = Some(next.map_or(since, |next| next.min(since)));
            }
        }
        if let Some(next) = next {
            let wait_ms = next.plus(settle_ms).since(now.elapsed);
            looper.send_at(Timer::Process(Message::IdleUids), now.uptime.plus(wait_ms));
        }
        let mut outcomes = Vec::new();
        for uid in became_idle {
            outcomes.push(UidOutcome::StopBackgroundServices(uid));
            let changes = UidChanges::IDLE | UidChanges::PROCSTATE;
            outcomes.extend(self.event(uid, changes).map(UidOutcome::Event));
        }
        outcomes
    }
}
