//! What is yet to happen: alarms, delayed messages, and what was posted for this very instant.
//!
//! The trap: an alarm is due on the elapsed clock and fires out of deep sleep, a message is due on the
//! uptime clock and waits for the device to wake. They are two key types, so that nothing is armed on
//! the wrong clock. What fell due longest ago fires first; ties fire in the order of arming.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use crate::time::{Elapsed, Now, Uptime, Wakeup};

pub use keys::{Alarm, Message, Posted};

mod keys;

/// The timer table of the model and its queue of posted messages.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Looper {
    alarms: BTreeMap<Alarm, (Elapsed, u64)>,
    messages: BTreeMap<Message, (Uptime, u64)>,
    posted: VecDeque<Posted>,
    armed: u64,
}

/// Something whose time has come.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Fired {
    /// An alarm; gone from the table.
    Alarm(Alarm),
    /// A delayed message; gone from the table.
    Message(Message),
}

impl Looper {
    /// Sets `alarm` for `at`, in place of an earlier setting of the same key.
    pub fn set_alarm(&mut self, alarm: Alarm, at: Elapsed) {
        self.armed += 1;
        self.alarms.insert(alarm, (at, self.armed));
    }

    /// Cancels `alarm`; nothing happens if it is not set.
    pub fn cancel_alarm(&mut self, alarm: &Alarm) {
        self.alarms.remove(alarm);
    }

    /// When `alarm` is set for.
    pub fn alarm(&self, alarm: &Alarm) -> Option<Elapsed> {
        self.alarms.get(alarm).map(|&(at, _)| at)
    }

    /// Sends `message` so that it is due at `at`, in place of an earlier one with the same key.
    pub fn send_at(&mut self, message: Message, at: Uptime) {
        self.armed += 1;
        self.messages.insert(message, (at, self.armed));
    }

    /// Removes `message`; nothing happens if it was not sent.
    pub fn remove_message(&mut self, message: &Message) {
        self.messages.remove(message);
    }

    /// Every message that was sent and is not due yet, in the order in which they will fire.
    pub fn messages(&self) -> Vec<(&Message, Uptime)> {
        let mut sent: Vec<_> =
            self.messages.iter().map(|(message, &(at, order))| (at, order, message)).collect();
        sent.sort_by_key(|&(at, order, _)| (at, order));
        sent.into_iter().map(|(at, _, message)| (message, at)).collect()
    }

    /// How many timers were set so far.
    pub fn armed(&self) -> u64 {
        self.armed
    }

    /// Which timer [`Self::pop_due`] would take, counted like [`Self::armed`].
    pub fn first_due(&self, now: Now) -> Option<u64> {
        let alarms = self.alarms.values().map(|&(at, order)| (now.elapsed.since(at), order));
        let messages = self.messages.values().map(|&(at, order)| (now.uptime.since(at), order));
        let due = alarms.chain(messages).filter(|&(late, _)| late >= 0);
        due.min_by_key(|&(late, order)| (Reverse(late), order)).map(|(_, order)| order)
    }

    /// Removes every message that `drop` names.
    pub fn remove_messages(&mut self, drop: impl Fn(&Message) -> bool) {
        self.messages.retain(|message, _| !drop(message));
    }

    /// When `message` is due.
    pub fn message(&self, message: &Message) -> Option<Uptime> {
        self.messages.get(message).map(|&(at, _)| at)
    }

    /// Posts something to be handled before the current input is over, after what was posted before it.
    pub fn post(&mut self, posted: Posted) {
        self.posted.push_back(posted);
    }

    /// Drops everything posted that `drop` names: how Android removes queued messages.
    pub fn remove_posted(&mut self, drop: impl Fn(&Posted) -> bool) {
        self.posted.retain(|posted| !drop(posted));
    }

    /// Whether something that `which` names is posted.
    pub fn is_posted(&self, which: impl Fn(&Posted) -> bool) -> bool {
        self.posted.iter().any(which)
    }

    /// Takes the oldest posted message.
    pub fn pop_posted(&mut self) -> Option<Posted> {
        self.posted.pop_front()
    }

    /// Takes what has been due longest at `now`; what fell due together comes in the order of arming.
    ///
    /// Instants are compared, not subtracted: one that an app made wrap is long past, not far ahead.
    pub fn pop_due(&mut self, now: Now) -> Option<Fired> {
        let alarm = self
            .alarms
            .iter()
            .map(|(key, &(at, order))| (now.elapsed.0.saturating_sub(at.0), order, key))
            .filter(|&(late, ..)| late >= 0)
            .min_by_key(|&(late, order, _)| (Reverse(late), order));
        let message = self
            .messages
            .iter()
            .map(|(key, &(at, order))| (now.uptime.0.saturating_sub(at.0), order, key))
            .filter(|&(late, ..)| late >= 0)
            .min_by_key(|&(late, order, _)| (Reverse(late), order));
        let alarm_first = match (&alarm, &message) {
            (None, None) => return None,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(m)) => (Reverse(a.0), a.1) < (Reverse(m.0), m.1),
        };
        if alarm_first {
            let key = alarm?.2.clone();
            self.alarms.remove(&key);
            Some(Fired::Alarm(key))
        } else {
            let key = message?.2.clone();
            self.messages.remove(&key);
            Some(Fired::Message(key))
        }
    }

    /// The earliest alarm and the earliest message.
    pub fn next_wakeup(&self) -> Wakeup {
        Wakeup {
            elapsed: self.alarms.values().map(|&(at, _)| at).min(),
            uptime: self.messages.values().map(|&(at, _)| at).min(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job;

    #[test]
    fn an_instant_that_wrapped_fires_at_once_and_hides_no_other() {
        let (wrapped, next) = (Alarm::Job(job::Alarm::Delay), Alarm::Job(job::Alarm::Deadline));
        let mut looper = Looper::default();
        looper.set_alarm(next.clone(), Elapsed(200));
        looper.set_alarm(wrapped.clone(), Elapsed(i64::MIN));
        let now = Now { elapsed: Elapsed(100), ..Now::default() };
        assert_eq!(looper.next_wakeup().in_millis(now), Some(0));
        assert_eq!(looper.pop_due(now), Some(Fired::Alarm(wrapped)));
        assert_eq!(looper.pop_due(now), None);
        assert_eq!(looper.next_wakeup().in_millis(now), Some(100));
    }
}
