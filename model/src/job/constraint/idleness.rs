//! Whether the device counts as idle for jobs: the platform's `DeviceIdlenessTracker`. Rules: CTRL-IDLE-005,
//! CTRL-IDLE-007.
//!
//! It is idle when nobody has looked at it for half an hour; that has nothing to do with Doze. Every event
//! that could begin idleness starts the wait anew, and the alarm is set aside from nothing but use.

use crate::facts;
use crate::job::scheduler::World;
use crate::job::Alarm;
use crate::looper;
use crate::rules::ctrl_idle::{CTRL_IDLE_005, CTRL_IDLE_007};

/// `config_jobSchedulerInactivityIdleThreshold`.
const INACTIVITY_IDLE_THRESHOLD_MILLIS: i64 = 1_860_000;

/// Something that shows whether anybody looks at the device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IdlenessEvent {
    /// The screen went on.
    ScreenOn,
    /// The screen went off.
    ScreenOff,
    /// A dream began.
    DreamStarted,
    /// A dream ended; on a device that is not interactive that says nothing.
    DreamStopped {
        /// The device is interactive.
        interactive: bool,
    },
    /// The device idles in its dock.
    DockIdle,
    /// The device is used in its dock.
    DockActive {
        /// The device is interactive.
        interactive: bool,
    },
    /// Something is projected onto a car's display, or no longer.
    Projection {
        /// It is.
        active: bool,
    },
    /// The shell's broadcast: the wait is over now.
    TriggerIdle,
}

/// The state machine of CTRL-IDLE-005.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct DeviceIdlenessTracker {
    idle: bool,
    screen_on: bool,
    dock_idle: bool,
    projection_active: bool,
}

impl Default for DeviceIdlenessTracker {
    fn default() -> Self {
        Self { idle: false, screen_on: true, dock_idle: false, projection_active: false }
    }
}

impl DeviceIdlenessTracker {
    /// What was reported last.
    pub(super) fn is_idle(&self) -> bool {
        self.idle
    }

    /// The value as a fact from outside; whether it is another one.
    pub(super) fn set_idle(&mut self, idle: bool) -> bool {
        std::mem::replace(&mut self.idle, idle) != idle
    }

    /// Whether the value changed. Rule: CTRL-IDLE-005.
    pub(super) fn on_event(&mut self, event: IdlenessEvent, world: &mut World<'_>) -> bool {
        use IdlenessEvent as Event;
        let before = self.idle;
        match event {
            Event::ScreenOn => self.leave_idle(world),
            Event::DreamStopped { interactive } => {
                if interactive {
                    self.leave_idle(world);
                }
            }
            Event::DockActive { interactive } => {
                if self.screen_on && interactive {
                    self.leave_idle(world);
                }
            }
            Event::ScreenOff | Event::DreamStarted => {
                self.screen_on = false;
                self.dock_idle = false;
                self.schedule_check(world);
            }
            Event::DockIdle => {
                if self.screen_on {
                    self.dock_idle = true;
                    self.schedule_check(world);
                }
            }
            Event::Projection { active: true } => {
                if !self.projection_active {
                    self.projection_active = true;
                    cancel_check(world);
                    self.idle = false;
                }
            }
            Event::Projection { active: false } => {
                if self.projection_active {
                    self.projection_active = false;
                    self.schedule_check(world);
                }
            }
            Event::TriggerIdle => self.check(),
        }
        self.report(before, world)
    }

    /// The wait is over; whether the value changed. Rule: CTRL-IDLE-005.
    pub(super) fn on_alarm(&mut self, world: &mut World<'_>) -> bool {
        let before = self.idle;
        self.check();
        self.report(before, world)
    }

    /// Only a change is reported. Rule: CTRL-IDLE-007.
    fn report(&self, before: bool, world: &mut World<'_>) -> bool {
        let changed = self.idle != before;
        let rule = if changed { &CTRL_IDLE_005 } else { &CTRL_IDLE_007 };
        world.out.decide(rule, "reported only if another", || facts!(idle = self.idle));
        changed
    }

    fn is_unused(&self) -> bool {
        (!self.screen_on || self.dock_idle) && !self.projection_active
    }

    fn check(&mut self) {
        self.idle |= self.is_unused();
    }

    fn leave_idle(&mut self, world: &mut World<'_>) {
        self.screen_on = true;
        self.dock_idle = false;
        cancel_check(world);
        self.idle = false;
    }

    fn schedule_check(&self, world: &mut World<'_>) {
        if self.is_unused() {
            let at = world.elapsed().plus(INACTIVITY_IDLE_THRESHOLD_MILLIS);
            world.looper.set_alarm(looper::Alarm::Job(Alarm::IdleCheck), at);
        }
    }
}

fn cancel_check(world: &mut World<'_>) {
    world.looper.cancel_alarm(&looper::Alarm::Job(Alarm::IdleCheck));
}
