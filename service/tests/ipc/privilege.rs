//! Who may do what: privileged interfaces, sessions as somebody else, identities nobody vouches for.

use jobwarden_model::{Model, Platform};
use jobwarden_service::client::Connection;
use jobwarden_service::ipc::binder::rpc::PeerIdentity;
use jobwarden_service::ipc::binder::ExceptionCode;
use jobwarden_service::ipc::host::ClockKind;
use jobwarden_service::ipc::serve::{Config, Service};

use crate::peer::{connect, install, refusal, service, session, APP, OWN, PACKAGE};

#[test]
fn privileged_interfaces_are_closed_to_apps() {
    let service = service();
    let app = connect(&service, APP, 1);
    let expected = || {
        let message = format!("uid {APP} may not use a privileged interface");
        (ExceptionCode::Security, message)
    };
    let system = app.system().unwrap();
    assert_eq!(refusal(system.now()), expected());
    assert_eq!(refusal(system.advance(1)), expected());
    assert_eq!(refusal(system.setThermalStatus(99)), expected()); // before the value is looked at
    assert_eq!(refusal(system.apply("nonsense")), expected());
    assert_eq!(refusal(system.readTrail(0, 1)), expected());
    assert_eq!(refusal(system.setDeviceConfig("a", "b", None)), expected());
    let opened = system.openApp(0, 1);
    assert_eq!(refusal(opened.map(|_| ())), expected());
    assert_eq!(refusal(app.task_manager().unwrap().stop(PACKAGE, 0)), expected());
    assert_eq!(refusal(app.shell().unwrap().run(&["help".to_owned()])), expected());
}

#[test]
fn root_system_shell_and_the_service_itself_are_privileged() {
    let service = service();
    for uid in [0, 1000, 2000, OWN] {
        assert!(connect(&service, uid, 1).system().unwrap().now().is_ok(), "uid {uid}");
    }
    for uid in [1, 1001, 9999, 100_000, 101_000, OWN + 1] {
        assert!(connect(&service, uid, 1).system().unwrap().now().is_err(), "uid {uid}");
    }
}

#[test]
fn a_peer_nobody_vouches_for_is_nobody() {
    let service = service();
    let anonymous = Connection::from_session(session(&service, PeerIdentity::Anonymous, 0));
    let expected = || (ExceptionCode::Security, "nobody vouches for the caller".to_owned());
    assert_eq!(refusal(anonymous.system().unwrap().now()), expected());
    assert_eq!(refusal(anonymous.job_scheduler().unwrap().cancelAll()), expected());
    assert_eq!(refusal(anonymous.shell().unwrap().run(&[])), expected());
}

#[test]
fn a_session_acts_as_its_identity_and_stays_in_privileged_hands() {
    let service = service();
    let root = connect(&service, 0, 1);
    install(&root);
    let session = root.system().unwrap().openApp(i32::try_from(APP).unwrap(), 77).unwrap();
    // As the app, the shell is closed, although root holds the session.
    let shell = session.getShell().unwrap();
    assert!(shell.run(&["run".to_owned()]).map_or(true, |result| result.exitCode != 0));
    let trail = root.system().unwrap().readTrail(0, 99).unwrap();
    assert!(trail.last().unwrap().input.contains(&format!("\"uid\":{APP},\"pid\":77")));
}

#[test]
fn with_the_real_clock_nobody_acts_as_another() {
    let config = Config::new(Model::new(Platform::android_14()), ClockKind::Real);
    let service = Service::start(config).unwrap();
    let root = connect(&service, 0, 1);
    let system = root.system().unwrap();
    for refused in
        [system.openApp(10_001, 1).map(|_| ()), system.advance(1), system.setWallClock(1)]
    {
        assert_eq!(refusal(refused).0, ExceptionCode::UnsupportedOperation);
    }
}

#[test]
fn the_dump_says_what_is_missing() {
    use std::io::Read;
    let service = service();
    let dump = |uid| {
        let (mut read, write) = std::os::unix::net::UnixStream::pair().unwrap();
        let client = connect(&service, uid, 7);
        let scheduler = client.job_scheduler().unwrap();
        let fd = jobwarden_service::ipc::binder::ParcelFileDescriptor::new(
            std::os::fd::OwnedFd::from(write),
        );
        scheduler.dumpTo(&fd, &[]).unwrap();
        drop(fd);
        let mut text = String::new();
        read.read_to_string(&mut text).unwrap();
        text
    };
    assert!(dump(APP).starts_with("Permission Denial: can't dump"), "{}", dump(APP));
    assert!(dump(0).contains("Attached processes: 0"), "{}", dump(0));
}
