//! The program itself: what it prints, how it ends, what it leaves behind.

#![cfg(feature = "ipc")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use jobwarden_service::client::{Connection, Target};
use nix::sys::signal::{kill, Signal};
use nix::unistd::Pid;

fn jobwarden(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobwarden"));
    command.args(arguments).env("JOBWARDEN_LOG", "error,rsbinder=off");
    command
}

fn run(arguments: &[&str]) -> Output {
    jobwarden(arguments).output().unwrap()
}

/// Starts a service and waits until it is ready.
fn serve(arguments: &[&str]) -> Running {
    let mut command = jobwarden(&["serve"]);
    let mut child = Running(command.args(arguments).stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("ready"), "{line}");
    child
}

/// A service that does not outlive a test that fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, if all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn end(mut service: Running, signal: Signal) -> std::process::ExitStatus {
    kill(Pid::from_raw(service.0.id().try_into().unwrap()), signal).unwrap();
    service.0.wait().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn as_str(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_demo_is_true_and_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .unwrap();
    let journal = directory.path().join("journal");
    let output = jobwarden(&["demo", "--record", as_str(&journal)])
        .env("TMPDIR", directory.path())
        .output()
        .unwrap();
    let said = text(&output.stdout);
    assert!(output.status.success(), "{said}{}", text(&output.stderr));
    for rule in ["JOB-API-035", "CTRL-NET", "JOB-NOTIF", "JOB-USERSTOP-001", "FGS-SHORT-016"] {
        assert!(said.contains(rule), "{rule}: {said}");
    }
    let left: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left, std::slice::from_ref(&journal));
    let explained = || run(&["explain", "--json", as_str(&journal)]).stdout;
    let first = explained();
    assert!(!first.is_empty());
    assert_eq!(first, explained());
}

#[test]
fn one_service_per_socket_and_none_after_its_end() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("s/binder.sock");
    let first = serve(&["--socket", as_str(&socket)]);
    let second = run(&["serve", "--socket", as_str(&socket)]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("another service serves"), "{}", text(&second.stderr));
    assert!(end(first, Signal::SIGTERM).success());
    assert!(!socket.exists());
    // One that could not clean up does not keep the next from starting.
    assert!(!end(serve(&["--socket", as_str(&socket)]), Signal::SIGKILL).success());
    assert!(socket.exists());
    assert!(end(serve(&["--socket", as_str(&socket)]), Signal::SIGINT).success());
}

#[test]
fn sensors_run_beside_the_calls_of_clients() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("s/binder.sock");
    let service = serve(&["--socket", as_str(&socket), "--sensors"]);
    let connection = Connection::open(&Target::Socket(socket.clone())).unwrap();
    let system = connection.system().unwrap();
    system.setScreen(true).unwrap();
    let told = |text: &str| {
        let trail = system.readTrail(0, 4096).unwrap();
        trail.iter().any(|entry| entry.input.contains(text))
    };
    assert!(told("\"signal\":\"screen\""));
    assert!(end(service, Signal::SIGTERM).success());
}

#[test]
fn shell_commands_end_as_androids_do() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("s/binder.sock");
    let cmd = |words: &[&str]| {
        let output = run(&[&["cmd", "--socket", as_str(&socket)], words].concat());
        (output.status.code().unwrap(), text(&output.stdout))
    };
    assert_eq!(cmd(&["help"]).0, 3, "no service");
    let service = serve(&["--socket", as_str(&socket), "--clock", "virtual"]);
    let (code, said) = cmd(&["get-job-state", "no.such.package", "1"]);
    assert_eq!(code, 24, "{said}"); // CMD_ERR_NO_PACKAGE, -1000
    assert!(said.contains("unknown(no.such.package)"), "{said}");
    assert_eq!(cmd(&["run", "-f", "-s", "a", "1"]).0, 255);
    assert_eq!(cmd(&["heartbeat"]).0, 255);
    assert_eq!(cmd(&["reset-schedule-quota"]).0, 0);
    let dump = run(&["dump", "--socket", as_str(&socket)]);
    assert!(text(&dump.stdout).contains("Registered jobs: 0"), "{}", text(&dump.stdout));
    assert!(end(service, Signal::SIGTERM).success());
}

#[test]
fn a_journal_is_continued_only_on_purpose() {
    let directory = tempfile::tempdir().unwrap();
    let (socket, journal) = (directory.path().join("s/b.sock"), directory.path().join("journal"));
    let options = ["--socket", as_str(&socket), "--journal", as_str(&journal), "--durable"];
    let options = [&options[..], &["--clock", "virtual"]].concat();
    let service = serve(&options);
    {
        let connection = Connection::open(&Target::Socket(socket.clone())).unwrap();
        let system = connection.system().unwrap();
        system.setDeviceConfig("jobscheduler", "some_key", Some("1")).unwrap();
    }
    end(service, Signal::SIGKILL);
    assert!(fs::read_to_string(&journal).unwrap().contains("some_key"), "acknowledged, so on disk");
    let refused = run(&[&["serve"], &options[..]].concat());
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("--resume"), "{}", text(&refused.stderr));
    assert!(end(serve(&[&options[..], &["--resume"]].concat()), Signal::SIGTERM).success());
}

#[test]
fn rules_and_completions_are_for_machines_too() {
    let rules: Vec<serde_json::Value> =
        serde_json::from_slice(&run(&["rules", "--json"]).stdout).unwrap();
    assert!(rules.len() > 1700);
    assert!(rules.iter().all(|rule| rule["status"].is_string() && rule["chapter"].is_u64()));
    assert!(text(&run(&["rules", "--summary"]).stdout).contains("chapter 10"));
    assert_eq!(run(&["rules", "NO-SUCH-AREA"]).status.code(), Some(1));
    assert!(text(&run(&["completions", "bash"]).stdout).contains("jobwarden"));
    assert_eq!(run(&["no-such-command"]).status.code(), Some(2));
}
