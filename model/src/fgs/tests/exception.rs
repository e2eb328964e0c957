//! Rules FGS-EXC-021 … 070: what callers hear.

use super::world::{component, plain, World, APP, DATA_SYNC, SHORT};
use crate::fgs::call::ServiceCall;
use crate::fgs::client_result;
use crate::fgs::effect::ServiceToken;
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

/// The rows of FGS-EXC-070, as a wish to violate each of them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Row {
    Token,
    IdZero,
    NoNotification,
    Permission,
    Subset,
    AppOp,
    Restricted,
    ShortNotStarted,
    Background,
    TypePolicy,
}

impl Row {
    const ALL: [Self; 10] = [
        Self::Token,
        Self::IdZero,
        Self::NoNotification,
        Self::Permission,
        Self::Subset,
        Self::AppOp,
        Self::Restricted,
        Self::ShortNotStarted,
        Self::Background,
        Self::TypePolicy,
    ];

    /// The outcome, and the rule that says so.
    fn outcome(self) -> (Result<(), &'static str>, &'static str) {
        match self {
            Self::Token => (Ok(()), "FGS-START-040"),
            Self::IdZero => (Ok(()), "FGS-START-056"),
            Self::NoNotification => (Err("IllegalArgumentException"), "FGS-START-041"),
            Self::Permission => (Err("SecurityException"), "FGS-START-042"),
            Self::Subset => (Err("IllegalArgumentException"), "FGS-COMBO-010"),
            Self::AppOp => (Err("SecurityException"), "FGS-START-046"),
            Self::Restricted => (Ok(()), "FGS-START-047"),
            Self::ShortNotStarted => {
                (Err("StartForegroundCalledOnStoppedServiceException"), "FGS-EXC-050")
            }
            Self::Background => (Err("ForegroundServiceStartNotAllowedException"), "FGS-START-051"),
            Self::TypePolicy => (Err("SecurityException"), "FGS-EXC-020"),
        }
    }
}

/// One `startForeground` that violates exactly these rows: what comes of it, and which of the rows'
/// rules were decided.
fn violating(rows: &[Row]) -> (Result<(), &'static str>, Vec<&'static str>) {
    let has = |row| rows.contains(&row);
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    if !has(Row::Background) {
        world.visible("app");
    }
    let types = if has(Row::ShortNotStarted) { SHORT } else { DATA_SYNC };
    world.device.services.get_mut("s").expect("s").types =
        if has(Row::Subset) { ForegroundServiceType::LOCATION } else { types };
    if has(Row::ShortNotStarted) {
        world.bind("s");
    } else {
        world.start("s").expect("started");
    }
    let permission = |name: &str| format!("android.permission.FOREGROUND_SERVICE{name}");
    if has(Row::Permission) {
        world.device.denied.insert(permission(""));
    }
    if has(Row::TypePolicy) {
        world.device.denied.insert(permission("_DATA_SYNC"));
    }
    if has(Row::AppOp) {
        world.device.ops.insert((APP, "android:start_foreground".to_owned()), AppOpMode::Errored);
    }
    if has(Row::Restricted) {
        // Restricted as its process remembers it; a visible process is restricted in nothing.
        world.device.patches.insert("app".to_owned(), |app| {
            app.background_restricted = true;
            app.set_proc_state = crate::process::ProcState::Service;
        });
    }
    let known = world.record("s").token;
    let call = ServiceCall::StartForeground {
        service: if has(Row::Token) { ServiceToken(99) } else { known },
        id: i32::from(!has(Row::IdZero)),
        notification: (!has(Row::NoNotification)).then(|| Box::new(plain())),
        types: types.0,
    };
    world.take();
    let outcome = class(world.call("app", call).map(|_| ()));
    let decided = Row::ALL.map(|row| row.outcome().1);
    (outcome, decided.into_iter().filter(|rule| world.decided(rule)).collect())
}

#[test]
fn fgs_exc_070_which_exception_wins() {
    assert_eq!(violating(&[]), (Ok(()), Vec::new()));
    for (at, first) in Row::ALL.into_iter().enumerate() {
        let (expected, rule) = first.outcome();
        assert_eq!(violating(&[first]), (expected, vec![rule]), "{first:?} alone");
        for second in &Row::ALL[at + 1..] {
            // A service without a start has no type that a policy could refuse: shortService has none.
            if (first, *second) == (Row::ShortNotStarted, Row::TypePolicy) {
                continue;
            }
            let found = violating(&[first, *second]);
            assert_eq!(found, (expected, vec![rule]), "{first:?} before {second:?}");
        }
    }
}

#[test]
fn fgs_exc_070_everything_at_once_then_row_by_row() {
    // Every row is violated at first; one after the other is then put right.
    for at in 0..Row::ALL.len() {
        let rest = &Row::ALL[at..];
        let (expected, rule) = Row::ALL[at].outcome();
        assert_eq!(violating(rest), (expected, vec![rule]), "{rest:?}");
    }
}
