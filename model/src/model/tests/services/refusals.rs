//! Calls that make no sense: what is refused, or means nothing, changes nothing.

use proptest::prelude::*;

use super::{component, notification, Phone, APP, CLIENT, DATA_SYNC, NAME, SHORT, USER};
use crate::fgs::call::{ServiceCall, ServiceDone};
use crate::fgs::effect::{ConnectionToken, ServiceToken};
use crate::fgs::{PendingIntentKey, SendOptions};
use crate::{Caller, Pid, Reply, Uid, UserId};

/// `S` is a short service in the foreground, `T` only started; both run in one process.
fn world() -> Phone {
    let mut phone = Phone::with_fgs(SHORT);
    phone.show(APP, true);
    phone.start("T", false).expect("started");
    phone.show(APP, false);
    phone.advance(20_000);
    phone.forget();
    phone
}

/// What apps, users and timers can see of the services. What `startForeground` may leave behind when it
/// is refused further down is not part of it: the flags of FGS-BG-003 and FGS-SHORT-020.
fn visible(phone: &Phone) -> String {
    let services = phone.model.services.services().map(|it| {
        let types = (it.is_foreground(), it.foreground_service_type(), it.short_fgs_started());
        let who = (it.name().clone(), it.app(), it.start_requested());
        let noti = (it.foreground_id(), it.foreground_notification().cloned());
        (who, types, noti, it.connections().count())
    });
    let services: Vec<_> = services.collect();
    format!("{services:?} {:?}", phone.model.looper.messages())
}

/// Who may call: the app, its client, a dead process of the app, another user's app, nobody's process.
fn callers() -> impl Strategy<Value = Caller> {
    prop_oneof![
        Just(APP),
        Just(CLIENT),
        Just(Caller { uid: APP.uid, pid: Some(Pid(999)) }),
        Just(Caller { uid: Uid(1_010_123), pid: Some(Pid(998)) }),
        Just(Caller { uid: APP.uid, pid: None }),
    ]
}

/// Masks that are of no type, of several, with undefined bits, negative.
fn masks() -> impl Strategy<Value = i32> {
    prop_oneof![
        any::<i32>(),
        Just(0),
        Just(-1),
        Just(i32::MIN),
        Just(0x1000),
        Just(DATA_SYNC),
        Just(SHORT)
    ]
}

fn tokens() -> impl Strategy<Value = ServiceToken> {
    prop_oneof![(0..6_u64).prop_map(ServiceToken), any::<u64>().prop_map(ServiceToken)]
}

fn calls() -> impl Strategy<Value = ServiceCall> {
    let id = prop_oneof![any::<i32>(), Just(-1), Just(1)];
    let with = (tokens(), id, masks(), any::<bool>(), any::<bool>());
    let intent = || PendingIntentKey { package: NAME.to_owned(), user: USER, request_code: 1 };
    prop_oneof![
        with.prop_map(|(service, id, types, given, icon)| {
            let noti = crate::notification::Notification { small_icon: icon, ..notification() };
            let notification = given.then(|| Box::new(noti));
            ServiceCall::StartForeground { service, id, notification, types }
        }),
        (tokens(), any::<i32>())
            .prop_map(|(service, flags)| ServiceCall::StopForeground { service, flags }),
        (tokens(), any::<i32>())
            .prop_map(|(service, start_id)| ServiceCall::StopSelf { service, start_id }),
        tokens().prop_map(|service| ServiceCall::GetForegroundServiceType { service }),
        tokens().prop_map(|service| ServiceCall::ShouldServiceTimeOut { service }),
        (tokens(), any::<i32>(), any::<i32>()).prop_map(|(service, start_id, result)| {
            let done = ServiceDone::Start { start_id, result };
            ServiceCall::ServiceDoneExecuting { service, done }
        }),
        (tokens(), any::<bool>()).prop_map(|(service, binder)| {
            ServiceCall::PublishService { service, action: None, binder }
        }),
        (any::<u64>(), any::<u64>()).prop_map(|(flags, connection)| ServiceCall::Bind {
            service: component("S"),
            action: None,
            connection: ConnectionToken(connection),
            flags,
            calling_package: None,
            user: USER,
        }),
        any::<u64>().prop_map(|it| ServiceCall::Unbind { connection: ConnectionToken(it) }),
        any::<u32>().prop_map(|user| ServiceCall::StartForegroundService {
            service: component("S"),
            calling_package: Some(NAME.to_owned()),
            user: UserId(user),
        }),
        Just(ServiceCall::StartService {
            service: component("Nowhere"),
            calling_package: None,
            user: USER,
        }),
        Just(ServiceCall::CancelPendingIntent { intent: intent() }),
        Just(ServiceCall::SendPendingIntent { intent: intent(), options: SendOptions::default() }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_refused_call_changes_nothing_that_can_be_seen(caller in callers(), call in calls()) {
        let mut phone = world();
        let before = visible(&phone);
        if phone.call(caller, call).is_err() {
            prop_assert_eq!(visible(&phone), before);
        }
    }

    #[test]
    fn another_app_cannot_speak_for_a_service(call in calls()) {
        let about_a_service = matches!(
            call,
            ServiceCall::StartForeground { .. }
                | ServiceCall::StopForeground { .. }
                | ServiceCall::StopSelf { .. }
                | ServiceCall::ServiceDoneExecuting { .. }
                | ServiceCall::PublishService { .. }
        );
        prop_assume!(about_a_service);
        let mut phone = world();
        let before = phone.model.clone();
        prop_assert!(phone.call(CLIENT, call).is_ok(), "means nothing");
        prop_assert_eq!(phone.model, before);
    }
}

/// The exceptions of bad input, each with nothing changed at all.
#[test]
fn fgs_exc_070_bad_input_of_start_foreground() {
    let table = [
        (1, true, 0x1000, Err("IllegalArgumentException"), "an undefined bit"),
        (1, true, i32::MIN, Err("IllegalArgumentException"), "bit 31"),
        (1, false, DATA_SYNC, Err("IllegalArgumentException"), "no notification"),
        (-5, false, DATA_SYNC, Err("IllegalArgumentException"), "an id like any other"),
    ];
    for (id, given, types, expected, what) in table {
        let mut phone = world();
        let before = phone.model.clone();
        let service = phone.token("T");
        let notification = given.then(|| Box::new(notification()));
        let call = ServiceCall::StartForeground { service, id, notification, types };
        let outcome = phone.call(APP, call).map(|_| ()).map_err(|it| it.class_name());
        assert_eq!(outcome, expected, "{what}");
        assert_eq!(phone.model, before, "{what}");
    }
}

#[test]
fn fgs_start_053_negative_ids_are_ids() {
    let mut phone = world();
    phone.show(APP, true);
    phone.promote("T", -5, DATA_SYNC).expect("a number like any other");
    let record = phone.model.services.by_name(USER, &component("T")).expect("running");
    assert!(record.is_foreground() && record.foreground_id() == -5);
}

#[test]
fn fgs_start_056_id_0_stops_and_needs_nothing() {
    let mut phone = world();
    let service = phone.token("S");
    let call = ServiceCall::StartForeground { service, id: 0, notification: None, types: i32::MIN };
    assert_eq!(phone.call(APP, call), Ok(Reply::Nothing), "whatever else is wrong with it");
    let record = phone.model.services.by_name(USER, &component("S")).expect("still started");
    assert!(!record.is_foreground() && record.start_requested());
}

#[test]
fn fgs_start_040_stop_tokens_of_others_and_of_the_dead() {
    let mut phone = world();
    let (s, t) = (phone.token("S"), phone.token("T"));
    let before = phone.model.clone();
    for service in [s, t] {
        let stop = ServiceCall::StopSelf { service, start_id: -1 };
        assert_eq!(phone.call(CLIENT, stop), Ok(Reply::Boolean(false)), "another app's token");
    }
    let late = ServiceCall::StopSelf { service: t, start_id: 99 };
    assert_eq!(phone.call(APP, late), Ok(Reply::Boolean(false)), "no such start");
    assert_eq!(phone.model, before);
    phone.die(APP);
    let before = visible(&phone);
    let late = ServiceCall::StartForeground {
        service: s,
        id: 1,
        notification: Some(Box::new(notification())),
        types: SHORT,
    };
    assert_eq!(phone.call(APP, late), Ok(Reply::Nothing), "its service is gone");
    let start = ServiceCall::StartForegroundService {
        service: component("S"),
        calling_package: Some(NAME.to_owned()),
        user: USER,
    };
    let refused = phone.call(APP, start).map_err(|exception| exception.class_name());
    assert_eq!(refused, Err("SecurityException"), "a caller without a process");
    assert_eq!(visible(&phone), before);
}
