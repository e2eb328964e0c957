//! Another program: one JSON object a line on its standard input and output.
//!
//! The protocol is described in `docs/adapter.md`.

use jobwarden_model::Input;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::{Adapter, AdapterError, Answer};

/// The version of the protocol that this kit speaks.
const PROTOCOL: u32 = 1;

/// A running program.
pub struct Exec {
    program: String,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    hello: Hello,
}

#[derive(Serialize)]
#[serde(tag = "op", rename_all = "camelCase")]
enum Request<'a> {
    Hello { protocol: u32 },
    Apply { input: &'a Input },
    NextWakeup,
    Pass { millis: i64, asleep: bool },
}

/// What the program says of itself.
#[derive(Deserialize)]
struct Hello {
    protocol: u32,
    /// Rule areas (`JOB-VAL`) or single rules it wants to be measured against; absent: all.
    claims: Option<Vec<String>>,
    #[serde(default)]
    reasons: bool,
}

#[derive(Deserialize)]
struct NextWakeup {
    millis: Option<i64>,
}

impl Exec {
    /// Starts the program and greets it.
    ///
    /// # Errors
    ///
    /// It cannot be started, does not answer, or speaks another version.
    pub fn start(program: &str) -> Result<Self, AdapterError> {
        let unreachable = |why: String| AdapterError::Unreachable(format!("`{program}`: {why}"));
        let mut words = program.split_whitespace();
        let path = words.next().ok_or_else(|| unreachable("no program named".to_owned()))?;
        let mut child = Command::new(path)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| unreachable(error.to_string()))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, answers) = pipes.ok_or_else(|| unreachable("no pipes".to_owned()))?;
        let mut exec = Self {
            program: program.to_owned(),
            child,
            requests,
            answers: BufReader::new(answers),
            hello: Hello { protocol: PROTOCOL, claims: None, reasons: false },
        };
        exec.hello = exec.ask(&Request::Hello { protocol: PROTOCOL })?;
        if exec.hello.protocol == PROTOCOL {
            Ok(exec)
        } else {
            Err(unreachable(format!("speaks version {} of the protocol", exec.hello.protocol)))
        }
    }

    fn ask<T: for<'de> Deserialize<'de>>(
        &mut self,
        request: &Request<'_>,
    ) -> Result<T, AdapterError> {
        let gone = |error: &dyn std::fmt::Display| {
            AdapterError::Unreachable(format!("`{}`: {error}", self.program))
        };
        let mut line = serde_json::to_string(request).map_err(|error| gone(&error))?;
        line.push('\n');
        self.requests.write_all(line.as_bytes()).map_err(|error| gone(&error))?;
        self.requests.flush().map_err(|error| gone(&error))?;
        line.clear();
        if self.answers.read_line(&mut line).map_err(|error| gone(&error))? == 0 {
            return Err(gone(&"ended without an answer"));
        }
        serde_json::from_str(&line).map_err(|error| {
            AdapterError::Malformed(format!("`{}`: {error}: {}", self.program, line.trim_end()))
        })
    }
}

impl Drop for Exec {
    fn drop(&mut self) {
        // It may have ended by itself; what counts is that nothing is left behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Adapter for Exec {
    fn gives_reasons(&self) -> bool {
        self.hello.reasons
    }

    fn claims(&self, rules: &[String]) -> bool {
        self.hello.claims.as_ref().is_none_or(|claims| {
            rules.iter().all(|rule| {
                let area = rule.rsplit_once('-').map_or(rule.as_str(), |(area, _)| area);
                claims.iter().any(|claim| claim == rule || claim == area)
            })
        })
    }

    fn apply(&mut self, input: &Input) -> Result<Answer, AdapterError> {
        self.ask(&Request::Apply { input })
    }

    fn next_wakeup(&mut self) -> Result<Option<i64>, AdapterError> {
        self.ask::<NextWakeup>(&Request::NextWakeup).map(|answer| answer.millis)
    }

    fn pass(&mut self, millis: i64, asleep: bool) -> Result<Vec<Answer>, AdapterError> {
        self.ask(&Request::Pass { millis, asleep })
    }
}
