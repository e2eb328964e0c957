//! What becomes of a service whose process died: bring-down, or a restart at some later time.
//!
//! Rules: FGS-START-081, FGS-START-091 … 095, FGS-SHORT-041.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::neighbours::UserState;
use super::record::Restart;
use super::{Message, Posted};
use crate::facts;
use crate::ids::Uid;
use crate::rules::{fgs_short as short, fgs_start as rule};
use crate::time::Uptime;

/// A start item is handed over at most so often. Rule: FGS-START-092.
const MAX_DELIVERY_COUNT: u32 = 3;
/// A start item is finished at most so often. Rule: FGS-START-092.
const MAX_DONE_EXECUTING_COUNT: u32 = 6;

/// What unfinished starts do to a restart. Rule: FGS-START-092.
struct Unfinished {
    min_duration: i64,
    reset_time: i64,
    cancelled: bool,
}

impl ActiveServices {
    /// After the process of a service died: restarted, or brought down. Rule: FGS-START-091.
    pub(super) fn restart_or_bring_down(
        &mut self,
        token: ServiceToken,
        allow_restart: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let crashed_too_much =
            record.restart.crash_count >= self.constants.bound_service_max_crash_retry;
        let record = self.record_mut(token);
        let (persistent, user) = (record.info.persistent, record.user);
        let user_running = cx.neighbours.user(user) == UserState::Started;
        if !allow_restart || !user_running || (crashed_too_much && !persistent) {
            cx.out.decide(&rule::FGS_START_091, "not restarted", || {
                facts!(token, allow_restart, user_running, crashed_too_much)
            });
            self.bring_down_service(token, cx);
            return;
        }
        if !self.schedule_service_restart(token, cx) {
            cx.out.decide(&rule::FGS_START_091, "nothing wants it back", || facts!(token));
            self.bring_down_service(token, cx);
            return;
        }
        let record = self.record_mut(token);
        if record.can_stop_if_killed(false) {
            if record.is_short_fgs() {
                cx.out.decide(&short::FGS_SHORT_050, "for its binding only", || facts!(token));
            }
            record.start_requested = false;
        }
    }

    /// Decides when a service is restarted; `false`: it is not. Rules: FGS-START-091, FGS-START-093.
    fn schedule_service_restart(&mut self, token: ServiceToken, cx: &mut Context<'_>) -> bool {
        if cx.neighbours.shutting_down() {
            return false;
        }
        let now = cx.now.uptime;
        let was_waiting = self.restarting.contains(&token);
        if self.record_mut(token).info.persistent {
            let crash_count = self.record_mut(token).restart.crash_count;
            self.record_mut(token).restart =
                Restart { next_time: now, crash_count, ..Restart::default() };
        } else {
            let unfinished = self.put_back_unfinished_starts(token, cx);
            let record = self.record_mut(token);
            if record.can_stop_if_killed(unfinished.cancelled)
                && !record.has_auto_create_connections()
            {
                if record.is_short_fgs() {
                    cx.out.decide(&short::FGS_SHORT_041, "never sticky", || facts!(token));
                }
                return false;
            }
            self.restarting.retain(|waiting| *waiting != token);
            self.back_off(token, &unfinished, cx);
        }
        let record = self.record_mut(token);
        record.restart.scheduling_time = now;
        if !was_waiting {
            record.created_from_fg = false;
        }
        self.insert_restarting(token);
        self.cancel_foreground_notification(token, cx);
        self.perform_schedule_restart(token, cx);
        true
    }

    fn insert_restarting(&mut self, token: ServiceToken) {
        if self.restarting.contains(&token) {
            return;
        }
        let next = self.record_mut(token).restart.next_time;
        let at = self
            .restarting
            .iter()
            .position(|it| self.records.get(it).is_some_and(|it| it.restart.next_time > next))
            .unwrap_or(self.restarting.len());
        self.restarting.insert(at, token);
    }

    /// Delivered starts that were not finished go back to the pending ones. Rule: FGS-START-092.
    fn put_back_unfinished_starts(
        &mut self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) -> Unfinished {
        let mut unfinished = Unfinished {
            min_duration: self.constants.service_restart_duration,
            reset_time: self.constants.service_reset_run_duration,
            cancelled: false,
        };
        let record = self.record_mut(token);
        for item in std::mem::take(&mut record.delivered_starts).into_iter().rev() {
            if item.null_intent {
                continue;
            }
            if item.delivery_count < MAX_DELIVERY_COUNT
                && item.done_executing_count < MAX_DONE_EXECUTING_COUNT
            {
                let twice = cx.now.uptime.since(item.delivered_time).wrapping_mul(2);
                unfinished.min_duration = unfinished.min_duration.max(twice);
                unfinished.reset_time = unfinished.reset_time.max(twice);
                cx.out.decide(&rule::FGS_START_092, "delivered again", || facts!(item));
                record.pending_starts.push_front(item);
            } else {
                cx.out.decide(&rule::FGS_START_092, "given up", || facts!(item));
                unfinished.cancelled = true;
            }
        }
        unfinished
    }

    /// The delay of the next restart, and its distance from those of others. Rule: FGS-START-093.
    fn back_off(&mut self, token: ServiceToken, unfinished: &Unfinished, cx: &mut Context<'_>) {
        let now = cx.now.uptime;
        let crash_step = self.constants.bound_service_crash_restart_duration;
        let factor = self.constants.service_restart_duration_factor;
        let first = self.constants.service_restart_duration;
        let min = unfinished.min_duration;
        let Some(record) = self.record(token) else { return };
        let crash_count = i64::from(record.restart.crash_count);
        let stable_until = record.restart.restart_time.plus(unfinished.reset_time);
        let backoff = !self.restart_backoff_disabled.contains(record.package());
        let restart = &mut self.record_mut(token).restart;
        restart.delay = if restart.delay == 0 {
            min
        } else if crash_count > 1 {
            crash_step.wrapping_mul(crash_count - 1)
        } else if now > stable_until {
            min
        } else {
            restart.delay.wrapping_mul(factor).max(min)
        };
        if !backoff {
            restart.delay = first;
            restart.next_time = now.plus(first);
            return;
        }
        restart.next_time = now.plus(restart.delay);
        restart.earliest_time = restart.next_time;
        let wanted = restart.next_time;
        let next = self.spaced(now, wanted, cx);
        let restart = &mut self.record_mut(token).restart;
        restart.next_time = next;
        restart.delay = next.since(now);
        cx.out.decide(&rule::FGS_START_093, "restarted later", || facts!(token, next));
    }

    fn extra_delay(&self, cx: &Context<'_>) -> i64 {
        if !self.constants.extra_service_restart_delay_enabled {
            return 0;
        }
        let level = cx.neighbours.memory_level();
        self.constants.extra_service_restart_delay.get(level).copied().unwrap_or(0)
    }

    /// Moves a restart away from those that wait already.
    fn spaced(&self, now: Uptime, wanted: Uptime, cx: &Context<'_>) -> Uptime {
        let extra = self.extra_delay(cx);
        let others: Vec<Uptime> = self
            .restarting
            .iter()
            .filter_map(|token| self.record(*token))
            .map(|record| record.restart.next_time)
            .collect();
        if others.is_empty() {
            return wanted.max(now.plus(extra));
        }
        let gap = extra.wrapping_add(self.constants.service_min_restart_time_between);
        let mut next = wanted;
        // Each round moves it past at least one of finitely many others.
        for _ in 0..=others.len() {
            let near = others.iter().rev().take_while(|other| next < other.plus(gap));
            let Some(other) = near.into_iter().find(|other| next >= other.plus(-gap)) else {
                break;
            };
            next = other.plus(gap);
        }
        next
    }

    fn perform_schedule_restart(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        if record.fg_required && record.fg_waiting {
            record.fg_waiting = false;
            cx.out.decide(&rule::FGS_START_081, "the timer starts anew", || facts!(token));
            cx.remove_message(Message::StartForegroundTimeout { service: token });
        }
        let record = self.record_mut(token);
        let due = record.restart.next_time;
        cx.send_at(Message::Restart { service: token }, due);
    }

    /// Takes a service off the waiting list. Rule: FGS-START-093.
    pub(super) fn unschedule_restart(
        &mut self,
        token: ServiceToken,
        caller: Uid,
        force: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        if !force && record.restart.delay == 0 {
            return;
        }
        let uid = record.info.uid;
        let waiting = self.restarting.contains(&token);
        self.restarting.retain(|it| *it != token);
        if waiting || caller != uid {
            self.record_mut(token).reset_restart_counter();
        }
        cx.remove_message(Message::Restart { service: token });
    }

    /// The time of a restart has come. Rule: FGS-START-091.
    pub(super) fn perform_service_restart(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        if !self.restarting.contains(&token) {
            return;
        }
        let record = self.record_mut(token);
        if !record.is_needed() {
            cx.out.decide(&rule::FGS_START_091, "not needed any more", || facts!(token));
            return;
        }
        let fg = record.created_from_fg;
        cx.out.decide(&rule::FGS_START_094, "restarted", || facts!(token));
        let outcome = self.bring_up_service(token, fg, true, false, cx);
        if let Err(why) = outcome {
            cx.out.decide(&rule::FGS_START_029, "cannot be restarted", || facts!(why));
        }
    }

    /// Services that wait for a restart in a process that has just attached. Rule: FGS-START-095.
    pub(super) fn restart_at_once(&mut self, uid: Uid, process: &str, cx: &mut Context<'_>) {
        let mut any = false;
        for token in self.restarting.clone() {
            let meant = self
                .record(token)
                .is_some_and(|it| it.info.uid == uid && it.info.process == process);
            if meant {
                cx.remove_message(Message::Restart { service: token });
                cx.post(Posted::Restart { service: token });
                any = true;
            }
        }
        if any {
            cx.post(Posted::RescheduleRestarts);
        }
    }

    /// Moves restarts forward now that there are fewer of them. Rule: FGS-START-093.
    pub(super) fn reschedule_restarts(&mut self, cx: &mut Context<'_>) {
        let now = cx.now.uptime;
        let extra = self.extra_delay(cx);
        let gap = extra.wrapping_add(self.constants.service_min_restart_time_between);
        let (mut last, mut last_at) = (now, None::<usize>);
        for at in 0..self.restarting.len() {
            let token = self.restarting[at];
            let previous = at.checked_sub(1).and_then(|it| self.next_restart_of(it));
            let Some(record) = self.record(token) else { continue };
            let restart = record.restart;
            if record.info.persistent || self.restart_backoff_disabled.contains(record.package()) {
                (last, last_at) = (restart.next_time, Some(at));
                continue;
            }
            let next = if last.plus(gap) <= restart.earliest_time {
                restart.earliest_time.max(previous.map_or(Uptime(0), |it| it.plus(gap)))
            } else if last <= now {
                restart.earliest_time.max(restart.scheduling_time.plus(extra))
            } else {
                last.plus(gap)
            };
            self.record_mut(token).restart.next_time = next.max(now);
            let insert_at = last_at.map_or(0, |it| it + 1);
            if last.plus(gap) > restart.earliest_time && at > insert_at {
                self.restarting.remove(at);
                self.restarting.insert(insert_at, token);
            }
            (last, last_at) = self.latest_without_room(last, last_at, at, gap.wrapping_mul(2));
            let next = self.record_mut(token).restart.next_time;
            self.record_mut(token).restart.delay = next.since(now);
            self.perform_schedule_restart(token, cx);
        }
    }

    fn next_restart_of(&self, at: usize) -> Option<Uptime> {
        self.record(*self.restarting.get(at)?).map(|record| record.restart.next_time)
    }

    /// From the given place on, the last restart after which there is no room for one more.
    fn latest_without_room(
        &self,
        mut last: Uptime,
        mut last_at: Option<usize>,
        upto: usize,
        span: i64,
    ) -> (Uptime, Option<usize>) {
        for at in last_at.map_or(0, |it| it + 1)..=upto {
            let Some(next) = self.next_restart_of(at) else { break };
            let before = at.checked_sub(1).and_then(|it| self.next_restart_of(it)).unwrap_or(last);
            if next.since(before) >= span {
                break;
            }
            (last, last_at) = (next, Some(at));
        }
        (last, last_at)
    }
}
