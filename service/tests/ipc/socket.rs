//! The real socket: who is told apart by the kernel, and what a flood of connections does.

use std::os::unix::net::UnixStream;

use jobwarden_service::client::{Connection, Target};
use jobwarden_service::ipc::acceptor::Limits;
use jobwarden_service::ipc::socket::Access;

use crate::peer::with;

#[test]
fn a_client_of_the_socket_is_who_the_kernel_says() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("binder.sock");
    let own = nix::unistd::Uid::effective().as_raw();
    let service = with(|config| {
        config.socket = Some((path.clone(), Access::Own));
        config.own = jobwarden_model::Uid(own);
    });
    let connection = Connection::open(&Target::Socket(path.clone())).unwrap();
    let system = connection.system().unwrap();
    system.setDeviceConfig("jobscheduler", "key", Some("1")).unwrap();
    assert!(system.readTrail(0, 9).unwrap()[0].input.contains("\"key\":\"key\""));
    drop((system, connection));
    let closed = service.stop(std::time::Duration::from_secs(1));
    assert!(closed.abandoned.is_empty());
    assert!(!path.exists());
    assert!(Connection::open(&Target::Socket(path)).is_err());
}

#[test]
fn connections_past_the_limit_are_dropped_and_come_back() {
    if nix::unistd::Uid::effective().is_root() {
        return flood_is_not_counted_for_root();
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("binder.sock");
    let _service = with(|config| {
        config.socket = Some((path.clone(), Access::Own));
        config.limits = Limits { per_uid: 4, total: 8 };
    });
    let held: Vec<_> = (0..4).map(|_| UnixStream::connect(&path).unwrap()).collect();
    assert!(Connection::open(&Target::Socket(path.clone())).is_err());
    drop(held);
    let again = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        Connection::open(&Target::Socket(path.clone())).is_ok()
    });
    assert!(again);
}

fn flood_is_not_counted_for_root() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("binder.sock");
    let _service = with(|config| {
        config.socket = Some((path.clone(), Access::Own));
        config.limits = Limits { per_uid: 0, total: 0 };
    });
    assert!(Connection::open(&Target::Socket(path)).unwrap().system().is_ok());
}
