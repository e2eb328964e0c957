//! The program itself: what it prints, how it ends, what it leaves behind.

#![cfg(feature = "ipc")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use jobwarden_manifest::{compile, read_bytes, Assumed};
use jobwarden_model::package::Event;
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

/// The whole way: a file on this side, a package on the other.
#[test]
fn an_app_is_installed_as_its_manifest_describes_it() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let socket = at("s/binder.sock");
    let inside = "<service android:name='.Sync' android:foregroundServiceType='dataSync'>\
                  <property android:name='p' android:value='v'/></service>\
                  <service android:name='.Jobs' android:permission='android.permission.BIND_JOB_SERVICE'/>";
    let asked = compile::permissions(&["FOREGROUND_SERVICE"]);
    let xml = compile::manifest(33, &asked, inside);
    fs::write(at("app.apk"), compile::apk(&xml)).unwrap();
    fs::write(at("app.xml"), xml.replace("\"33\"", "\"34\"")).unwrap();
    fs::write(at("unnamed.xml"), xml.replace(" package=\"com.example.app\"", "")).unwrap();
    fs::write(at("unknown.xml"), xml.replace("dataSync", "datasink")).unwrap();
    fs::write(at("bad.apk"), b"PK\x03\x04").unwrap();
    let install = |name: &str, more: &[&str]| {
        let file = at(name);
        let words = ["install", "--socket", as_str(&socket), as_str(&file)];
        let output = run(&[&words, more].concat());
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(install("app.apk", &[]).0, 3, "no service");
    let service = serve(&["--socket", as_str(&socket), "--clock", "virtual"]);

    let (code, said, _) = install("app.apk", &["--uid", "1010123"]);
    assert_eq!(code, 0);
    assert_eq!(
        said,
        "installed for user 10 with uid 1010123\n\
         com.example.app: target SDK 33\n\
         permissions: 1\n  android.permission.FOREGROUND_SERVICE\n\
         services: 2\n  com.example.app.Sync\n    types       dataSync\n    property    p = v\n  \
         com.example.app.Jobs\n    permission  android.permission.BIND_JOB_SERVICE\n"
    );
    let connection = Connection::open(&Target::Socket(socket.clone())).unwrap();
    let told = || {
        let trail = connection.system().unwrap().readTrail(0, 4096).unwrap();
        let input = trail.last().expect("an input").input.clone();
        serde_json::from_str::<jobwarden_model::Input>(&input).expect("an input")
    };
    let installed = |xml: &str, app_id: u32, user: u32| {
        let manifest = read_bytes(xml.as_bytes(), &Assumed::default()).unwrap();
        let package = Box::new(manifest.describe(app_id).unwrap());
        let change = Event::Installed { package, user: jobwarden_model::UserId(user) };
        jobwarden_model::Input::Package { change }
    };
    assert_eq!(told(), installed(&xml, 10_123, 10), "as the file describes it");

    // A newer version keeps its uid; another uid is refused by the service, and nothing changes.
    let newer = xml.replace("\"33\"", "\"34\"");
    assert_eq!(install("app.xml", &["--uid", "1010123"]).0, 0);
    assert_eq!(told(), installed(&newer, 10_123, 10));
    let (code, said, why) = install("app.xml", &["--uid", "1010124"]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert!(
        why.contains("IllegalArgumentException") && why.contains("cannot change the app id"),
        "{why}"
    );

    for (name, more, because) in [
        ("bad.apk", &[][..], "bad.apk: damaged archive"),
        ("absent.apk", &[], "absent.apk: No such file"),
        (
            "unnamed.xml",
            &[],
            "unnamed.xml: the manifest names no package; say which with --package",
        ),
        (
            "unknown.xml",
            &[],
            "<service com.example.app.Sync>: no foreground service type has the name",
        ),
        ("app.xml", &["--uid=-1"], "invalid value '-1' for '--uid <UID>'"),
        ("app.xml", &["--uid", "4000000000"], "is not in"),
    ] {
        let (code, said, why) = install(name, more);
        assert_eq!((code, said.as_str()), (2, ""), "{name} {more:?}");
        assert!(why.contains(because), "{why}");
    }
    assert_eq!(install("unnamed.xml", &["--package", "org.told", "--uid", "10200"]).0, 0);
    assert!(end(service, Signal::SIGTERM).success());
}
