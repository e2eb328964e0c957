//! Rules FGS-EXC-021 … 070: what callers hear.

use super::world::{component, plain, World, APP, DATA_SYNC, SHORT};
use crate::fgs::client_result;
use crate::fgs::types::ForegroundServiceType;
use crate::package::AppOpMode;
use crate::Exception;

fn class(outcome: Result<(), Exception>) -> Result<(), &'static str> {
    outcome.map_err(|exception| exception.class_name())
}

#[test]
fn fgs_exc_021_security_exceptions_for_other_reasons() {
    let refused = |prepare: fn(&mut World)| {
        let mut world = World::on_top();
        prepare(&mut world);
        world.start("s").expect("started");
        (class(world.promote("s", DATA_SYNC)), world.decided("FGS-EXC-021"))
    };
    let op = |world: &mut World, name: &str| {
        world.device.ops.insert((APP, name.to_owned()), AppOpMode::Errored);
    };
    let security = (Err("SecurityException"), true);
    assert_eq!(
        refused(|world| {
            world.device.denied.insert("android.permission.FOREGROUND_SERVICE".to_owned());
        }),
        security
    );
    assert_eq!(
        refused(|world| {
            world.device.services.get_mut("s").expect("s").instant = true;
        }),
        security,
        "no permission of an instant app"
    );
    let mut world = World::on_top();
    world.start("s").expect("started");
    op(&mut world, "android:start_foreground");
    assert_eq!((class(world.promote("s", DATA_SYNC)), world.decided("FGS-EXC-021")), security);
}

#[test]
fn fgs_exc_030_illegal_arguments() {
    let mut world = World::on_top();
    world.device.services.get_mut("s").expect("s").types = DATA_SYNC;
    world.start("s").expect("started");
    assert_eq!(class(world.promote_with("s", 1, None, DATA_SYNC)), Err("IllegalArgumentException"));
    assert_eq!(class(world.promote("s", SHORT)), Err("IllegalArgumentException"));
    assert!(world.decided("FGS-EXC-030"));
}

#[test]
fn fgs_exc_040_what_the_exception_says() {
    let mut world = World::with_fgs(SHORT);
    world.advance(5_000);
    match world.promote("s", DATA_SYNC) {
        Err(Exception::ForegroundServiceStartNotAllowed(text)) => {
            assert!(text.contains("startForeground()") && text.contains("SHORT_SERVICE"), "{text}");
            assert!(text.contains(&component("s").flatten_to_short_string()));
        }
        other => panic!("{other:?}"),
    }
    match world.start_fg("t") {
        Err(Exception::ForegroundServiceStartNotAllowed(text)) => {
            assert!(text.contains("startForegroundService()") && !text.contains("SHORT"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    assert!(world.decided("FGS-EXC-040"));
}

#[test]
fn fgs_exc_041_start_service_from_the_background() {
    let mut world = World::new();
    assert_eq!(world.start("s"), Ok(Some("?".to_owned())));
    let refused = client_result(Some(crate::ComponentName::new("?", "why")), false);
    assert_eq!(
        refused.map_err(|e| e.class_name()),
        Err("BackgroundServiceStartNotAllowedException")
    );
}

#[test]
fn fgs_exc_050_short_service_on_a_stopped_service() {
    let mut world = World::with_fgs(SHORT);
    world.bind("s");
    world.stop_self("s", -1);
    let refused = class(world.promote("s", SHORT));
    assert_eq!(refused, Err("StartForegroundCalledOnStoppedServiceException"));
    assert!(world.decided("FGS-EXC-050"));
}

#[test]
fn fgs_exc_060_crash_for_a_broken_contract() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.take();
    world.stop("app", "s").expect("found");
    assert_eq!(
        world.take().pop().as_deref(),
        Some("crash app ForegroundServiceDidNotStartInTimeException")
    );
}

#[test]
fn fgs_exc_061_crash_for_a_bad_notification() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    let mut notification = plain();
    notification.channel = "unknown".to_owned();
    world.take();
    world.promote_with("s", 1, Some(notification), DATA_SYNC).expect("not noticed yet");
    let log = world.take();
    let at = |line: &str| log.iter().position(|it| it == line);
    let crash = at("crash app CannotPostForegroundServiceNotificationException");
    assert!(at("destroy s").is_some() && at("destroy s") < crash, "stopped first: {log:?}");
}

#[test]
fn fgs_exc_070_which_exception_wins() {
    // Every row is violated at first; one after the other is then put right.
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.device.services.get_mut("s").expect("s").types = SHORT;
    world.bind("s");
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE".to_owned());
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_DATA_SYNC".to_owned());
    let op = (APP, "android:start_foreground".to_owned());
    world.device.ops.insert(op.clone(), AppOpMode::Errored);
    let types = ForegroundServiceType(0x801);
    assert_eq!(class(world.promote_with("s", 0, None, types)), Ok(()), "row 2");
    assert_eq!(class(world.promote_with("s", 1, None, types)), Err("IllegalArgumentException"));
    assert_eq!(class(world.promote("s", types)), Err("SecurityException"), "row 4");
    world.device.denied.remove("android.permission.FOREGROUND_SERVICE");
    assert_eq!(class(world.promote("s", types)), Err("IllegalArgumentException"), "row 5");
    assert_eq!(class(world.promote("s", SHORT)), Err("SecurityException"), "row 6");
    world.device.ops.remove(&op);
    world.restrict(true);
    assert_eq!(class(world.promote("s", SHORT)), Ok(()), "row 7");
    assert!(world.decided("FGS-START-047"));
    world.restrict(false);
    let stopped = class(world.promote("s", SHORT));
    assert_eq!(stopped, Err("StartForegroundCalledOnStoppedServiceException"), "row 8");
    world.device.services.get_mut("t").expect("t").types = DATA_SYNC;
    world.start("t").expect("started");
    let denied = class(world.promote("t", DATA_SYNC));
    assert_eq!(denied, Err("ForegroundServiceStartNotAllowedException"), "row 9");
    world.top("app");
    world.start("t").expect("started");
    assert_eq!(class(world.promote("t", DATA_SYNC)), Err("SecurityException"), "row 10");
}
