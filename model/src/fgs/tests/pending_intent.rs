//! Rule FGS-START-100: services started through pending intents.

use super::world::{component, World, APP, CLIENT, DATA_SYNC, USER};
use crate::activity::{BackgroundActivityStartMode as Mode, StartOptions};
use crate::fgs::call::ServiceCall;
use crate::fgs::reason::ReasonCode;
use crate::fgs::{
    PendingIntentKey, SendOptions, TempAllowlistType, TemporaryAllowlist, START_CANCELED,
    START_SUCCESS,
};
use crate::{Caller, Exception, Reply, Uid};

fn intent() -> PendingIntentKey {
    PendingIntentKey { package: "app".to_owned(), user: USER, request_code: 7 }
}

fn create(world: &mut World, service: &str, foreground: bool) -> Result<Reply, Exception> {
    let call = ServiceCall::CreatePendingIntent {
        intent: intent(),
        service: component(service),
        foreground,
    };
    world.call("app", call)
}

fn send(world: &mut World, by: &str, options: SendOptions) -> i32 {
    let call = ServiceCall::SendPendingIntent { intent: intent(), options };
    match world.call(by, call) {
        Ok(Reply::Int(code)) => code,
        other => panic!("the sender hears of no outcome: {other:?}"),
    }
}

fn lending(sender_mode: Mode) -> SendOptions {
    let start = Some(StartOptions { sender_mode, ..StartOptions::default() });
    SendOptions { start, ..SendOptions::default() }
}

fn allowlisting(kind: TempAllowlistType, duration: i64, reason: ReasonCode) -> SendOptions {
    let temporary_allowlist = Some(TemporaryAllowlist { duration, kind, reason });
    SendOptions { temporary_allowlist, ..SendOptions::default() }
}

/// The creator in the background, with a pending intent for `s`.
fn waiting(foreground: bool) -> World {
    let mut world = World::new();
    create(&mut world, "s", foreground).expect("its own");
    world.take();
    world
}

fn is_started(world: &World) -> bool {
    world.known("s").is_some_and(|it| it.start_requested)
}

#[test]
fn fgs_start_100_the_start_is_the_creators() {
    let mut world = waiting(true);
    world.top("client");
    assert_eq!(send(&mut world, "client", lending(Mode::Denied)), START_SUCCESS);
    assert!(!is_started(&world), "whoever sends it, the creator is in the background");
    assert!(world.decided("FGS-START-012") && world.take().contains(&"DENIED 0 s 0x0".to_owned()));
    let uid = world.record("s").recent_calling_uid;
    assert_eq!(uid, APP, "the creator is the recent caller");
    world.background("client");
    world.top("app");
    assert_eq!(send(&mut world, "client", SendOptions::default()), START_SUCCESS);
    assert!(is_started(&world) && world.record("s").fg_required);
    world.promote("s", DATA_SYNC).expect("the contract is its own as well");
}

#[test]
fn fgs_start_100_what_a_visible_sender_lends() {
    let table = [
        (true, Mode::Allowed, true),
        (true, Mode::SystemDefined, true),
        (true, Mode::Denied, false),
        (false, Mode::Allowed, false),
    ];
    for (visible, mode, started) in table {
        let mut world = waiting(true);
        if visible {
            world.visible("client");
        }
        assert_eq!(send(&mut world, "client", lending(mode)), START_SUCCESS);
        assert_eq!(is_started(&world), started, "visible: {visible}, {mode:?}");
    }
    let mut world = waiting(true);
    world.visible("client");
    world.device.changes.insert((CLIENT, 244_637_991), true);
    send(&mut world, "client", lending(Mode::SystemDefined));
    assert!(is_started(&world), "what is left of it still allows foreground services");
    assert!(world.take().contains(&"privileges AllowFgs".to_owned()));
}

#[test]
fn fgs_start_100_an_ordinary_service_goes_through_the_background_check() {
    let mut world = waiting(false);
    world.visible("client");
    assert_eq!(send(&mut world, "client", lending(Mode::Allowed)), START_SUCCESS);
    assert!(!is_started(&world), "a refusal (`?`) that nobody hears");
    assert!(world.decided("FGS-START-020"));
    world.device.background.temp_allowlisted = true;
    send(&mut world, "client", SendOptions::default());
    assert!(is_started(&world) && !world.record("s").fg_required);
}

#[test]
fn fgs_start_100_exception_depends_on_the_creators_change_and_reaches_nobody() {
    for throws in [true, false] {
        let mut world = waiting(true);
        world.device.changes.insert((APP, 174_041_399), throws);
        world.device.changes.insert((CLIENT, 174_041_399), !throws);
        assert_eq!(send(&mut world, "client", SendOptions::default()), START_SUCCESS);
        assert_eq!(world.decided("FGS-EXC-040"), throws);
        assert!(!is_started(&world));
    }
}

#[test]
fn fgs_start_100_senders_that_may_allow_list_the_creator() {
    const ALLOWED: TempAllowlistType = TempAllowlistType::ForegroundServiceAllowed;
    let reason = ReasonCode::PUSH_MESSAGING;
    let permission = "android.permission.START_FOREGROUND_SERVICES_FROM_BACKGROUND";
    let sent = |foreground: bool, held: bool, options: SendOptions| {
        let mut world = waiting(foreground);
        if held {
            world.device.held.insert((CLIENT, permission.to_owned()));
        }
        send(&mut world, "client", options);
        let listed = world.take().iter().any(|line| line.starts_with("allowlist 5000"));
        (listed, is_started(&world))
    };
    let asks = allowlisting(ALLOWED, 5_000, reason);
    assert_eq!(sent(true, true, asks), (true, true), "before the start is judged");
    assert_eq!(sent(true, false, asks), (false, false), "without the permission");
    assert_eq!(sent(false, true, asks), (false, false), "not for an ordinary service");
    assert_eq!(sent(true, true, allowlisting(ALLOWED, 0, reason)), (false, false), "no time");
    let other = allowlisting(TempAllowlistType::ForegroundServiceNotAllowed, 5_000, reason);
    assert_eq!(sent(true, true, other), (false, false), "of a type that does not help");
    let quota = allowlisting(ALLOWED, 5_000, ReasonCode::PUSH_MESSAGING_OVER_QUOTA);
    assert_eq!(sent(true, true, quota), (false, false), "the reason overrides the type");
    let mut world = waiting(true);
    world.device.held.insert((CLIENT, permission.to_owned()));
    let call = ServiceCall::SendPendingIntent { intent: intent(), options: asks };
    world.bare_call(Caller { uid: CLIENT, pid: None }, call).expect("sent");
    assert!(!is_started(&world), "its process is not known");
}

#[test]
fn fgs_start_100_from_a_notification() {
    let mut world = waiting(true);
    world.with(|services, cx| {
        assert_eq!(services.send_pending_intent_of_notification(&intent(), cx), START_SUCCESS);
    });
    world.settle();
    assert!(is_started(&world));
    let log = world.take();
    assert!(log.contains(&"allowlist 30000 310".to_owned()), "{log:?}");
    assert!(log.contains(&"privileges Notification".to_owned()), "{log:?}");
}

#[test]
fn fgs_start_100_cancelled_and_foreign_ones() {
    let mut world = World::on_top();
    assert_eq!(send(&mut world, "app", SendOptions::default()), START_CANCELED, "never made");
    create(&mut world, "s", false).expect("its own");
    let before = world.services.clone();
    world.device.foreign_packages.insert("app".to_owned());
    let thief = |call| (Caller { uid: CLIENT, pid: None }, call);
    let calls = [
        thief(ServiceCall::CancelPendingIntent { intent: intent() }),
        thief(ServiceCall::CreatePendingIntent {
            intent: intent(),
            service: component("t"),
            foreground: true,
        }),
        (
            Caller { uid: Uid(1_010_123), pid: None },
            ServiceCall::CancelPendingIntent { intent: intent() },
        ),
    ];
    for (caller, call) in calls {
        let refused = world.bare_call(caller, call).map_err(|exception| exception.class_name());
        assert_eq!(refused, Err("SecurityException"));
        assert_eq!(world.services, before, "nothing changed");
    }
    world.device.foreign_packages.clear();
    world.call("app", ServiceCall::CancelPendingIntent { intent: intent() }).expect("its own");
    assert_eq!(send(&mut world, "app", SendOptions::default()), START_CANCELED);
    assert!(!is_started(&world));
}
