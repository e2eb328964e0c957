//! Facts that come in as inputs decide what rooms ask about.

use std::collections::BTreeSet;

use super::{component, Phone, APP, CLIENT, CLIENT_NAME, DATA_SYNC, NAME, USER};
use crate::effect::{Effect, ProcessEffect, ServiceEffect};
use crate::fgs::effect::ForegroundServiceChange;
use crate::fgs::reason::ReasonCode;
use crate::input::{
    DeviceMark, DeviceSignal, PackageMark, ProcessEvent, SystemFact, TemporaryList, UidMark,
};
use crate::package::{AppOpMode, Event};
use crate::Input;

fn mark(mark: PackageMark, holds: bool) -> SystemFact {
    SystemFact::Package { package: NAME.to_owned(), user: USER, mark, holds }
}

fn listed(list: TemporaryList, duration: i64) -> SystemFact {
    let reason = ReasonCode::PUSH_MESSAGING;
    SystemFact::TemporaryAllowlist { uid: APP.uid, list, duration, reason }
}

/// What a client hears of a start: `.` for the service's own package.
fn heard(phone: &mut Phone, class: &str) -> Option<String> {
    phone.start_by(CLIENT, CLIENT_NAME, class, false).expect("no exception")
}

#[test]
fn fgs_start_015_associations_firewall_and_the_op_behind_a_permission() {
    let mut phone = Phone::new();
    phone.show(CLIENT, true);
    phone.fact(SystemFact::Uid { uid: APP.uid, mark: UidMark::BackgroundAllowlisted, holds: true });
    assert_eq!(heard(&mut phone, "S").as_deref(), Some(NAME));
    for (one, other) in [(NAME, CLIENT_NAME), (CLIENT_NAME, NAME)] {
        let only = |names: &[&str]| Some(names.iter().map(|it| (*it).to_owned()).collect());
        let associate = |allowed: Option<BTreeSet<String>>| SystemFact::Associations {
            package: one.to_owned(),
            allowed,
        };
        phone.fact(associate(only(&["com.example.friend"])));
        assert_eq!(heard(&mut phone, "S").as_deref(), Some("!"), "{one} lets nobody else");
        phone.fact(associate(only(&[other])));
        assert_eq!(heard(&mut phone, "S").as_deref(), Some(NAME), "{one} lets {other}");
        phone.fact(associate(None));
    }
    for (blocked, expected) in [(true, "!"), (false, NAME)] {
        phone.fact(SystemFact::Firewall { service: component("S"), blocked });
        assert_eq!(heard(&mut phone, "S").as_deref(), Some(expected));
        assert_eq!(heard(&mut phone, "T").as_deref(), Some(NAME), "another service");
    }
    assert_eq!(heard(&mut phone, "Guarded").as_deref(), Some(NAME), "holds the permission");
    let op = |mode| Input::Package {
        change: Event::AppOpChanged {
            package: CLIENT_NAME.to_owned(),
            user: USER,
            op: "android:camera".to_owned(),
            mode,
        },
    };
    phone.tell(op(AppOpMode::Ignored));
    assert_eq!(heard(&mut phone, "Guarded"), None, "its op says no");
    phone.tell(op(AppOpMode::Allowed));
    assert_eq!(heard(&mut phone, "Guarded").as_deref(), Some(NAME));
}

#[test]
fn fgs_start_022_a_frozen_package_is_started_when_it_thaws() {
    let mut phone = Phone::new();
    phone.show(APP, true);
    phone.fact(mark(PackageMark::Frozen, true));
    assert_eq!(phone.start("S", false), Ok(None));
    assert!(!phone.is_running("S"));
    phone.fact(mark(PackageMark::Frozen, false));
    assert!(phone.is_running("S"));
}

#[test]
fn fgs_start_023_a_package_under_review_is_not_started() {
    let mut phone = Phone::new();
    phone.show(APP, true);
    phone.fact(mark(PackageMark::NeedsPermissionReview, true));
    assert_eq!(phone.start("S", false), Ok(None));
    let review =
        |it: &Effect| matches!(it, Effect::Service(ServiceEffect::ReviewPermissions { .. }));
    assert!(phone.has(review) && !phone.is_running("S"));
    phone.fact(mark(PackageMark::NeedsPermissionReview, false));
    assert_eq!(phone.start("S", false), Ok(Some(NAME.to_owned())));
}

#[test]
fn fgs_start_029_a_process_that_never_comes_up() {
    let mut phone = Phone::new();
    phone.show(CLIENT, true);
    phone.die(APP);
    phone.fact(SystemFact::Uid { uid: APP.uid, mark: UidMark::BackgroundAllowlisted, holds: true });
    assert_eq!(heard(&mut phone, "S").as_deref(), Some(NAME));
    let starts = |it: &Effect| matches!(it, Effect::Process(ProcessEffect::StartProcess { .. }));
    assert!(phone.has(starts));
    let change = ProcessEvent::StartTimedOut { uid: APP.uid, name: NAME.to_owned() };
    phone.tell(Input::Process { change });
    assert!(phone.model.services.by_name(USER, &component("S")).is_none(), "brought down");
    phone.forget();
    phone.run(NAME, APP);
    assert!(!phone.is_running("S"), "nothing waits any more");
}

#[test]
fn fgs_bg_032_temporary_entry_ends_in_three_ways() {
    let starts = |end: fn(&mut Phone)| {
        let mut phone = Phone::new();
        phone.fact(listed(TemporaryList::ForegroundServiceStart, 60_000));
        end(&mut phone);
        phone.start("S", true).is_ok()
    };
    assert!(starts(|phone| phone.advance(60_000)), "valid at exactly its expiry");
    assert!(!starts(|phone| phone.advance(60_001)));
    assert!(!starts(|phone| {
        for ids in [BTreeSet::from([APP.uid.app_id()]), BTreeSet::new()] {
            let signal =
                DeviceSignal::PowerAllowlist { permanent: BTreeSet::new(), temporary: ids };
            phone.tell(Input::Device { signal });
        }
    }));
    assert!(!starts(|phone| {
        phone.die(APP);
        phone.run(NAME, APP);
    }));
}

/// Why a start from the background was allowed, and with which access.
fn entered(fact: SystemFact) -> Option<(&'static str, bool)> {
    let mut phone = Phone::new();
    phone.fact(fact);
    phone.start("S", true).ok()?;
    phone.promote("S", 1, DATA_SYNC).expect("it may");
    phone.effects.iter().find_map(|effect| match effect {
        Effect::Service(ServiceEffect::ForegroundServiceState {
            change: ForegroundServiceChange::Enter { reason, while_in_use, .. },
            ..
        }) => Some((reason.name().unwrap_or("?"), *while_in_use)),
        _ => None,
    })
}

#[test]
fn fgs_bg_010_facts_that_let_an_app_start_from_the_background() {
    let uid = |mark| SystemFact::Uid { uid: APP.uid, mark, holds: true };
    let device = |mark| SystemFact::Device { mark, holds: true };
    assert_eq!(entered(listed(TemporaryList::WhileInUse, 0)), None, "no entry");
    assert_eq!(entered(device(DeviceMark::ShuttingDown)), None, "of no importance here");
    let reason = |fact| entered(fact).map(|(reason, _)| reason);
    assert_eq!(reason(device(DeviceMark::DemoMode)), Some("DEVICE_DEMO_MODE"));
    assert_eq!(reason(uid(UidMark::DeviceOwner)), Some("DEVICE_OWNER"));
    assert_eq!(reason(uid(UidMark::ProfileOwner)), Some("PROFILE_OWNER"));
    assert_eq!(reason(uid(UidMark::CompanionApp)), Some("COMPANION_DEVICE_MANAGER"));
    let input_method = reason(mark(PackageMark::DefaultInputMethod, true));
    assert_eq!(input_method, Some("CURRENT_INPUT_METHOD"));
    let list = listed(TemporaryList::ForegroundServiceStart, 60_000);
    assert_eq!(entered(list), Some(("PUSH_MESSAGING", false)));
}

#[test]
fn fgs_wiu_014_the_temporary_list_gives_while_in_use_access() {
    let list = entered(listed(TemporaryList::WhileInUse, 60_000));
    assert_eq!(list, Some(("TEMP_ALLOWED_WHILE_IN_USE", true)));
    let always = entered(mark(PackageMark::WhileInUseAllowlisted, true));
    assert_eq!(always.map(|(_, while_in_use)| while_in_use), Some(true));
}

#[test]
fn fgs_start_059_an_app_without_an_icon() {
    let posts_without_icon = |marked: bool| {
        let mut phone = Phone::new();
        phone.show(APP, true);
        phone.fact(mark(PackageMark::NoIcon, marked));
        phone.start("S", false).expect("started");
        let service = phone.token("S");
        let notification = super::Notification { small_icon: false, ..super::notification() };
        let call = crate::fgs::call::ServiceCall::StartForeground {
            service,
            id: 1,
            notification: Some(Box::new(notification)),
            types: DATA_SYNC,
        };
        phone.call(APP, call).expect("not noticed yet");
        phone.has(|it| matches!(it, Effect::Service(ServiceEffect::CrashApp { .. })))
    };
    assert!(!posts_without_icon(false), "the app's own icon stands in");
    assert!(posts_without_icon(true));
}

#[test]
fn fgs_start_073_a_debugged_process_is_not_stopped() {
    let stopped = |debugged: bool| {
        let mut phone = Phone::new();
        phone.show(APP, true);
        let pid = APP.pid.expect("a process");
        phone.fact(SystemFact::Debugging { pid, holds: debugged });
        phone.start("S", true).expect("started");
        phone.advance(30_000);
        phone.has(|it| matches!(it, Effect::Service(ServiceEffect::CrashApp { .. })))
    };
    assert!(stopped(false) && !stopped(true));
}
