//! What becomes of a computation: values are applied, surplus processes killed, uids looked at.
//!
//! Rules: PROC-ADJ-003, PROC-ADJ-043, PROC-ADJ-045, PROC-STATE-010, PROC-STATE-011.

use super::adjuster::{Pass, Stage};
use super::cached::Limits;
use super::effect::ProcessEffect;
use super::graph::Graph;
use super::list::Counts;
use super::record::ProcessState;
use super::state::Caching;
use super::{Message, ProcState, ProcessList, ProcessRecord, UidChanges, UidEvent, UidRecord};
use crate::ids::Uid;
use crate::looper::Message as Timer;
use crate::rules::proc_adj::PROC_ADJ_045;
use crate::rules::proc_state::{PROC_STATE_020, PROC_STATE_022};
use crate::rules::Rule;
use crate::time::{Elapsed, Now};
use crate::{facts, Looper, Output};

/// What follows from an update for a uid, in the order in which it happens.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum UidOutcome {
    /// Its observers are to be told.
    Event(UidEvent),
    /// It became idle: its background services are to be stopped.
    StopBackgroundServices(Uid),
}

impl ProcessList {
    /// Computes all processes anew and applies what was found.
    ///
    /// Call it after every change of a fact that the platform would notice; nothing changes in between.
    /// Rule: PROC-ADJ-003.
    pub fn update(&mut self, now: Now, looper: &mut Looper, out: &mut Output) -> Vec<UidOutcome> {
        for uid in self.uids.values_mut() {
            uid.reset();
        }
        let graph = Graph::of(self);
        let stage = Stage { device: &self.device, constants: &self.constants, now };
        let mut pass = Pass::new(&mut self.lru, &graph, stage, self.counts.service);
        pass.first_pass();
        pass.assign_cached(self.counts);
        pass.rounds();
        let (service, marks) = (pass.service_procs, pass.marks);
        self.counts = Counts { service, ..Counts::default() };
        let whys = marks.iter().map(|mark| mark.why).collect::<Vec<_>>();
        self.apply_and_trim(&whys, now, looper, out);
        self.update_uids(now, looper, out)
    }

    /// Applies what was found, most recently used first, and kills what is too much.
    fn apply_and_trim(
        &mut self,
        whys: &[(&'static Rule, &'static str)],
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let (kills_surplus, limits) = (self.kills_surplus(now), Limits::of(&self.constants));
        let settle_ms = self.constants.kill_bg_restricted_cached_idle_settle_time_ms;
        let mut empty = 0;
        for (record, &(rule, why)) in self.lru.iter_mut().zip(whys).rev() {
            if record.killed || !record.start.attached {
                continue;
            }
            let Some(uid) = self.uids.get_mut(&record.start.uid) else { continue };
            let state = &record.state;
            if state.cur_adj != state.set_adj || state.cur_proc_state != state.set_proc_state {
                out.decide(rule, why, || {
                    facts!(
                        pid = record.start.pid,
                        adj = state.cur_adj,
                        state = state.cur_proc_state
                    )
                });
            }
            uid.proc_adj_changed |= record.state.cur_adj != record.state.set_adj;
            if record.state.apply(now) {
                look_for_idle_uids(settle_ms, now, looper);
            }
            let surplus = match record.state.cur_proc_state.caching() {
                Caching::Activities => {
                    self.counts.cached_hidden += 1;
                    let too_many = kills_surplus && self.counts.cached_hidden > limits.cached;
                    too_many.then_some("too many cached")
                }
                Caching::Empty => {
                    let (used, now) = (record.last_activity, now.uptime);
                    let (stay, why) = limits.meet_empty(empty, used, now, kills_surplus);
                    empty = stay;
                    why
                }
                Caching::Recent | Caching::NotCached => {
                    self.counts.non_cached += 1;
                    None
                }
            };
            if let Some(why) = surplus {
                kill_surplus(record, why, out);
            }
            uid.add(record);
        }
    }

    /// Rule: PROC-ADJ-045.
    fn kills_surplus(&self, now: Now) -> bool {
        match self.device.last_user_unlocking {
            None => !self.constants.no_kill_cached_processes_until_boot_completed,
            Some(at) => {
                let wait_ms =
                    self.constants.no_kill_cached_processes_post_boot_completed_duration_ms;
                at.plus(wait_ms) <= now.uptime
            }
        }
    }

    /// `updateUidsLSP`: largest uid first, as the platform walks its table.
    ///
    /// Rules: PROC-STATE-011, PROC-STATE-020, PROC-STATE-022.
    fn update_uids(&mut self, now: Now, looper: &mut Looper, out: &mut Output) -> Vec<UidOutcome> {
        let settle_ms = self.constants.background_settle_time_ms;
        let mut outcomes = Vec::new();
        for record in self.uids.values_mut().rev() {
            if !record.differs() {
                continue;
            }
            let mut changes = UidChanges::NONE;
            if record.cur_proc_state.is_background() && !record.cur_allow_listed {
                if !record.set_proc_state.is_background() || record.set_allow_listed {
                    out.decide(&PROC_STATE_020, "uid goes to the background", || {
                        facts!(uid = record.uid, state = record.cur_proc_state)
                    });
                    record.last_background = now.elapsed;
                    look_for_idle_uids(settle_ms, now, looper);
                }
                if record.idle && !record.set_idle {
                    out.decide(&PROC_STATE_022, "new uid is idle", || facts!(uid = record.uid));
                    changes |= UidChanges::IDLE;
                }
            } else {
                if record.idle {
                    out.decide(&PROC_STATE_020, "uid becomes active", || {
                        facts!(uid = record.uid, state = record.cur_proc_state)
                    });
                    changes |= UidChanges::ACTIVE;
                    record.idle = false;
                }
                record.last_background = Elapsed(0);
            }
            changes |= record.take_changes();
            if !changes.is_empty() {
                outcomes.push((record.uid, changes));
            }
        }
        outcomes
            .into_iter()
            .filter_map(|(uid, changes)| self.event(uid, changes))
            .map(UidOutcome::Event)
            .collect()
    }

    /// The event about a uid with the numbers just applied.
    pub(super) fn event(&self, uid: Uid, changes: UidChanges) -> Option<UidEvent> {
        let record = self.uids.get(&uid)?;
        Some(UidEvent {
            uid,
            changes,
            proc_state: record.set_proc_state,
            capabilities: record.set_capability,
            ephemeral: record.ephemeral,
        })
    }
}

/// Has the uids looked at after a while, unless that is going to happen anyway. Rule: PROC-STATE-020.
pub(super) fn look_for_idle_uids(after_ms: i64, now: Now, looper: &mut Looper) {
    let message = Timer::Process(Message::IdleUids);
    if looper.message(&message).is_none() {
        looper.send_at(message, now.uptime.plus(after_ms));
    }
}

fn kill_surplus(record: &mut ProcessRecord, why: &'static str, out: &mut Output) {
    out.decide(&PROC_ADJ_045, why, || facts!(pid = record.start.pid));
    record.killed = true;
    out.effect(ProcessEffect::KillProcess {
        pid: record.start.pid,
        uid: record.start.uid,
        reason: why.to_owned(),
    });
}

impl ProcessState {
    /// Freezes what was found. Answers whether the process turned cached.
    ///
    /// Rule: PROC-ADJ-043.
    fn apply(&mut self, now: Now) -> bool {
        self.set_adj = self.cur_adj;
        if self.set_proc_state == ProcState::Nonexistent
            || self.set_proc_state.memory_class() != self.cur_proc_state.memory_class()
        {
            self.last_state = now.uptime;
        }
        if self.set_proc_state <= ProcState::Top && self.cur_proc_state > ProcState::Top {
            self.last_top = now.uptime;
        }
        self.set_proc_state = self.cur_proc_state;
        self.set_bound_by_non_restricted = self.cur_bound_by_non_restricted;
        let turned_cached = self.cached && !self.set_cached;
        self.set_cached = self.cached;
        turned_cached
    }
}

impl UidRecord {
    /// Counts one of its processes in. Rule: PROC-STATE-010.
    fn add(&mut self, process: &ProcessRecord) {
        self.ephemeral = process.start.ephemeral;
        self.cur_proc_state = self.cur_proc_state.min(process.state.cur_proc_state);
        self.cur_capability |= process.state.cur_capability;
        self.foreground_services |= process.services.has_foreground;
    }

    /// Whether anything differs from what was last applied. Rule: PROC-STATE-011.
    fn differs(&self) -> bool {
        self.set_proc_state != self.cur_proc_state
            || self.set_capability != self.cur_capability
            || self.set_allow_listed != self.cur_allow_listed
            || self.proc_adj_changed
    }

    /// Applies the record and answers what changed, idleness aside. Rule: PROC-STATE-011.
    fn take_changes(&mut self) -> UidChanges {
        let mut changes = UidChanges::NONE;
        let cached = self.cur_proc_state.is_cached_for_uid_events();
        if cached != self.set_proc_state.is_cached_for_uid_events()
            || self.set_proc_state == ProcState::Nonexistent
        {
            changes |= if cached { UidChanges::CACHED } else { UidChanges::UNCACHED };
        }
        if self.set_capability != self.cur_capability {
            changes |= UidChanges::CAPABILITY;
        }
        if self.set_proc_state != self.cur_proc_state {
            changes |= UidChanges::PROCSTATE;
        }
        if self.proc_adj_changed {
            changes |= UidChanges::PROCADJ;
        }
        self.set_proc_state = self.cur_proc_state;
        self.set_capability = self.cur_capability;
        self.set_allow_listed = self.cur_allow_listed;
        self.set_idle = self.idle;
        self.proc_adj_changed = false;
        changes
    }
}
