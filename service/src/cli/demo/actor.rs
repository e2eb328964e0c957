//! A process of the demo: what it prints, what it is told, how it ends.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
use std::time::{Duration, Instant};

use super::super::Failure;

/// A running child process. Dropping it ends it.
pub(super) struct Actor {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Actor {
    /// Starts this very program with other arguments; `uid` only as root.
    pub(super) fn start(
        name: &str,
        uid: Option<u32>,
        arguments: &[String],
        shown: bool,
    ) -> Result<Self, Failure> {
        // Not by its path, which an app's uid may not be able to reach.
        let mut command = Command::new("/proc/self/exe");
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.env("JOBWARDEN_LOG", "error,rsbinder=off");
        if let Some(uid) = uid {
            command.uid(uid).gid(uid).current_dir("/");
        }
        let mut child = command.spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| Failure::new("no standard output"))?;
        let (sender, lines) = channel();
        let prefix = name.to_owned();
        std::thread::Builder::new().name(format!("reads-{name}")).spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if shown {
                    println!("    {prefix} | {line}");
                }
                let _ = sender.send(line); // Nobody may be waiting.
            }
        })?;
        Ok(Self { name: name.to_owned(), child, input, lines })
    }

    /// Its pid.
    pub(super) fn pid(&self) -> Result<i32, Failure> {
        Ok(i32::try_from(self.child.id())?)
    }

    /// Types a line.
    pub(super) fn tell(&mut self, line: &str) -> Result<(), Failure> {
        println!("    {} < {line}", self.name);
        let input = self.input.as_mut().ok_or_else(|| Failure::new("no standard input"))?;
        writeln!(input, "{line}")?;
        Ok(input.flush()?)
    }

    /// Waits for a line that begins with `start`.
    pub(super) fn await_line(&self, start: &str, patience: Duration) -> Result<String, Failure> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.starts_with(start) => return Ok(line),
                Ok(_) => {}
                Err(_) => {
                    let name = &self.name;
                    return Err(Failure::new(format!("not true: {name} says `{start}`")));
                }
            }
        }
    }

    /// Waits until it is killed, by the signal that cannot be caught.
    pub(super) fn await_kill(&mut self, patience: Duration) -> Result<(), Failure> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return match status.signal() {
                    Some(9) => Ok(()),
                    _ => Err(Failure::new(format!("not true: {} is killed ({status})", self.name))),
                };
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(Failure::new(format!("not true: {} is killed (it lives)", self.name)))
    }

    /// Ends it with SIGTERM and waits; an error if it does not end well.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        let pid = nix::unistd::Pid::from_raw(self.pid()?);
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM)?;
        let status = self.child.wait()?;
        match status.success() {
            true => Ok(()),
            false => Err(Failure::new(format!("not true: {} ends well ({status})", self.name))),
        }
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
