//! Which processes still live, and the end of those that must not: by pidfd.
//!
//! A pid may be given to another process as soon as its owner is gone. A pidfd stays with the process it
//! was opened for, so that a death is reported for the right process and a kill never hits a stranger.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use jobwarden_model::effect::ProcessEffect;
use jobwarden_model::{Effect, Pid, Uid};
use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};
use rustix::process::{pidfd_open, pidfd_send_signal, PidfdFlags, Signal};

use crate::sync::primitive::{thread, Arc};
use crate::sync::rank::{Sensor, Unlocked};
use crate::sync::{call_out, Held, Ranked};

/// Watches processes. A clone watches the same ones.
#[derive(Clone, Debug)]
pub struct Processes {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    watched: Ranked<Sensor, BTreeMap<Pid, Arc<OwnedFd>>>,
    deaths: Epoll,
    end: EventFd,
}

/// What has come to be watched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Watch {
    /// A process with a pid that was not watched.
    New,
    /// The process that was watched before.
    Same,
    /// A process whose pid belonged to a watched process. That one is gone, and will not be reported any
    /// more: the engine is to hear of its death before it hears of the new one.
    Successor,
}

/// Why a process is not watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// It is gone already, or has never been there.
    #[error("process {0} does not exist")]
    Gone(Pid),
    /// The pid belongs to somebody else by now.
    #[error("process {pid} belongs to uid {owner}, not to uid {uid}")]
    Stranger {
        /// The pid asked for.
        pid: Pid,
        /// Whose it was said to be.
        uid: Uid,
        /// Whose it is.
        owner: Uid,
    },
    /// The kernel refuses.
    #[error("process {pid} cannot be watched")]
    Refused {
        /// The pid asked for.
        pid: Pid,
        /// Why.
        source: io::Error,
    },
}

/// Why a process is not killed.
#[derive(Debug, thiserror::Error)]
pub enum KillError {
    /// Nobody watches it: there is nothing that proves which process is meant.
    #[error("process {0} is not watched")]
    Unwatched(Pid),
    /// The kernel refuses.
    #[error("process {pid} cannot be killed")]
    Refused {
        /// Which process.
        pid: Pid,
        /// Why.
        source: io::Error,
    },
}

/// Not a pid: marks the end among the deaths.
const END: u64 = u64::MAX;

impl Processes {
    /// Starts a thread that calls `died` for each watched process once it is gone. Nothing is locked
    /// while it does.
    pub fn start(
        died: impl FnMut(&mut Held<'_, Unlocked>, Pid) + Send + 'static,
    ) -> io::Result<Self> {
        let deaths = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let end = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        deaths.add(&end, EpollEvent::new(EpollFlags::EPOLLIN, END))?;
        let shared = Arc::new(Shared { watched: Ranked::new(BTreeMap::new()), deaths, end });
        let watching = shared.clone();
        thread::Builder::new()
            .name("processes".into())
            .spawn(move || watching.wait_for_deaths(died))?;
        Ok(Self { shared })
    }

    /// Watches the process that has `pid` now, if it runs as `uid`.
    ///
    /// # Errors
    /// It is gone, or the pid has passed to somebody else: whoever said it was there is dead.
    pub fn watch(
        &self,
        none: &mut Held<'_, Unlocked>,
        pid: Pid,
        uid: Uid,
    ) -> Result<Watch, WatchError> {
        let refused = |source| WatchError::Refused { pid, source };
        let process = Arc::new(call_out(none, || open_owned_by(pid, uid))?);
        let (mut watched, _) = none.lock(&self.shared.watched);
        let before = watched.get(&pid);
        if let Some(same) = before {
            if !is_over(same).map_err(refused)? {
                return Ok(Watch::Same);
            }
        }
        let event = EpollEvent::new(EpollFlags::EPOLLIN, pid.0.unsigned_abs().into());
        self.shared.deaths.add(&*process, event).map_err(|error| refused(error.into()))?;
        let watch = match before {
            None => Watch::New,
            Some(before) => {
                // Fails only if its death is being looked at, and then it is not reported either.
                let _ = self.shared.deaths.delete(&**before);
                Watch::Successor
            }
        };
        watched.insert(pid, process);
        Ok(watch)
    }

    /// Kills a watched process with SIGKILL. Its death is reported like any other.
    ///
    /// # Errors
    /// It is not watched, or the service may not kill it. A process that is gone already is no error.
    pub fn kill(&self, none: &mut Held<'_, Unlocked>, pid: Pid) -> Result<(), KillError> {
        let process = none.lock(&self.shared.watched).0.get(&pid).cloned();
        let process = process.ok_or(KillError::Unwatched(pid))?;
        match call_out(none, || pidfd_send_signal(&*process, Signal::KILL)) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(KillError::Refused { pid, source: error.into() }),
        }
    }

    /// Ends the watch: no death is reported any more.
    pub fn stop(&self) {
        // Cannot fail short of 2^64 requests.
        let _ = self.shared.end.write(1);
    }
}

/// The process that `effect` wants killed.
pub fn victim(effect: &Effect) -> Option<Pid> {
    match effect {
        Effect::Process(ProcessEffect::KillProcess { pid, .. }) => Some(*pid),
        Effect::Job(_) | Effect::Service(_) | Effect::Notification(_) | Effect::Process(_) => None,
    }
}

/// Opens a process and makes sure whose it is.
fn open_owned_by(pid: Pid, uid: Uid) -> Result<OwnedFd, WatchError> {
    let refused = |source| WatchError::Refused { pid, source };
    let raw = Some(pid.0).filter(|raw| *raw > 0).and_then(rustix::process::Pid::from_raw);
    let raw = raw.ok_or(WatchError::Gone(pid))?;
    let process = pidfd_open(raw, PidfdFlags::empty()).map_err(|error| match error {
        // Not a process but a thread, or a number that cannot be one.
        rustix::io::Errno::SRCH | rustix::io::Errno::INVAL => WatchError::Gone(pid),
        error => refused(error.into()),
    })?;
    let owner = effective_uid(pid);
    // Still there after its status was read: so the status was its own.
    if is_over(&process).map_err(refused)? {
        return Err(WatchError::Gone(pid));
    }
    let owner = owner.map_err(refused)?;
    if owner == uid {
        Ok(process)
    } else {
        Err(WatchError::Stranger { pid, uid, owner })
    }
}

/// The uid that binder and sockets vouch for. Not the owner of `/proc/<pid>`, which is root for a process
/// that may not be dumped.
fn effective_uid(pid: Pid) -> io::Result<Uid> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let uids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    let effective = uids.and_then(|uids| uids.split_whitespace().nth(1)?.parse().ok());
    effective.map(Uid).ok_or_else(|| io::Error::other("its status names no uid"))
}

/// Whether a process has ended, reaped or not.
fn is_over(process: &OwnedFd) -> io::Result<bool> {
    let mut fds = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO)?;
    Ok(fds[0].any().unwrap_or(true))
}

impl Shared {
    fn wait_for_deaths(&self, mut died: impl FnMut(&mut Held<'_, Unlocked>, Pid)) {
        let mut none = Held::enter();
        let mut events = [EpollEvent::empty(); 16];
        loop {
            let count = match call_out(&mut none, || {
                self.deaths.wait(&mut events, EpollTimeout::NONE)
            }) {
                Ok(count) => count,
                Err(Errno::EINTR) => continue,
                Err(error) => return tracing::error!(%error, "deaths are not reported any more"),
            };
            for event in &events[..count] {
                if event.data() == END {
                    return;
                }
                if let Some(pid) = self.strike_out(&mut none, event.data()) {
                    died(&mut none, pid);
                }
            }
        }
    }

    /// Ends the watch of a process that has ended; `None` if its pid is watched for another by now.
    fn strike_out(&self, none: &mut Held<'_, Unlocked>, pid: u64) -> Option<Pid> {
        let pid = i32::try_from(pid).ok().map(Pid)?;
        let (mut watched, _) = none.lock(&self.watched);
        let process = watched.get(&pid)?;
        if !is_over(process).unwrap_or(true) {
            return None;
        }
        // Whoever kills it at this moment still holds the pidfd, which would ring for ever.
        let _ = self.deaths.delete(&**process);
        watched.remove(&pid);
        Some(pid)
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use std::process::{Child, Command};
    use std::sync::mpsc;
    use std::time::Duration;

    use jobwarden_model::effect::JobEffect;

    use super::*;

    fn child() -> Child {
        Command::new("sleep").arg("1000").spawn().unwrap()
    }

    fn pid(child: &Child) -> Pid {
        Pid(child.id().try_into().unwrap())
    }

    fn me() -> Uid {
        Uid(nix::unistd::Uid::effective().as_raw())
    }

    fn start() -> (Processes, mpsc::Receiver<Pid>) {
        let (dead, deaths) = mpsc::channel();
        let processes = Processes::start(move |_, pid| {
            let _ = dead.send(pid);
        });
        (processes.unwrap(), deaths)
    }

    #[test]
    fn a_kill_hits_the_process_and_its_death_is_reported_once() {
        let (processes, deaths) = start();
        let mut none = Held::enter();
        let (mut victim, mut other) = (child(), child());
        for child in [&victim, &other] {
            assert_eq!(processes.watch(&mut none, pid(child), me()).unwrap(), Watch::New);
            assert_eq!(processes.watch(&mut none, pid(child), me()).unwrap(), Watch::Same);
        }
        processes.kill(&mut none, pid(&victim)).unwrap();
        assert_eq!(deaths.recv_timeout(Duration::from_secs(10)), Ok(pid(&victim)));
        // It is not reaped yet, and still can be neither killed nor watched.
        let again = processes.kill(&mut none, pid(&victim));
        assert!(matches!(again, Err(KillError::Unwatched(_))), "{again:?}");
        let again = processes.watch(&mut none, pid(&victim), me());
        assert!(matches!(again, Err(WatchError::Gone(_))), "{again:?}");
        victim.wait().unwrap();
        assert_eq!(other.try_wait().unwrap(), None);
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(deaths.recv_timeout(Duration::from_secs(10)), Ok(pid(&other)));
        assert!(deaths.try_recv().is_err());
        processes.stop();
    }

    #[test]
    fn a_pid_of_somebody_else_is_not_watched() {
        let (processes, _) = start();
        let mut child = child();
        let stranger = Uid(me().0 + 1);
        let refused = processes.watch(&mut Held::enter(), pid(&child), stranger).unwrap_err();
        let expected =
            format!("process {} belongs to uid {}, not to uid {stranger}", child.id(), me());
        assert_eq!(refused.to_string(), expected);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_reused_pid_is_told_and_watched_for_its_new_owner() {
        let (processes, deaths) = start();
        let mut none = Held::enter();
        let (mut dead, mut new) = (child(), child());
        dead.kill().unwrap();
        let gone = pidfd_open(rustix::process::Pid::from_child(&dead), PidfdFlags::empty());
        dead.wait().unwrap();
        // The kernel hands out pids as it likes: what the table would hold then is put there by hand.
        let gone = Arc::new(gone.unwrap());
        processes.shared.deaths.add(&*gone, EpollEvent::new(EpollFlags::empty(), 0)).unwrap();
        none.lock(&processes.shared.watched).0.insert(pid(&new), gone);
        assert_eq!(processes.watch(&mut none, pid(&new), me()).unwrap(), Watch::Successor);
        new.kill().unwrap();
        new.wait().unwrap();
        assert_eq!(deaths.recv_timeout(Duration::from_secs(10)), Ok(pid(&new)));
        assert!(deaths.try_recv().is_err());
    }

    #[test]
    fn a_number_that_is_no_process_is_gone() {
        let (processes, _) = start();
        for pid in [i32::MIN, -1, 0, i32::MAX] {
            let refused = processes.watch(&mut Held::enter(), Pid(pid), me()).unwrap_err();
            assert!(matches!(refused, WatchError::Gone(_)), "{pid}: {refused:?}");
        }
    }

    #[test]
    fn after_the_end_nothing_is_reported() {
        let (processes, deaths) = start();
        processes.stop();
        // The thread drops its sender when it is at its end.
        assert_eq!(
            deaths.recv_timeout(Duration::from_secs(10)),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    }

    #[test]
    fn only_a_kill_has_a_victim() {
        let reason = String::new();
        let kill = ProcessEffect::KillProcess { pid: Pid(7), uid: Uid(10_001), reason };
        assert_eq!(victim(&kill.into()), Some(Pid(7)));
        assert_eq!(victim(&JobEffect::JobsActive { active: true }.into()), None);
    }
}
