//! Rule FGS-SHORT-018: what becomes of a process that does not respond.

use super::{component, Phone, APP, SHORT, USER};
use crate::effect::{Effect, ProcessEffect, ServiceEffect};
use crate::fgs::effect::TimeoutKind;
use crate::input::{DeviceMark, PersonAct, SystemFact, UidMark};
use crate::platform::Platform;
use crate::{Exception, Input, Pid, Reply};

fn anr(kind: TimeoutKind) -> impl Fn(&Effect) -> bool {
    move |it| matches!(it, Effect::Service(ServiceEffect::Anr { kind: it, .. }) if *it == kind)
}

fn killed(effect: &Effect) -> bool {
    matches!(effect, Effect::Process(ProcessEffect::KillProcess { pid: Pid(100), .. }))
}

fn answer(phone: &mut Phone, close: bool) -> Result<Reply, Exception> {
    let pid = APP.pid.expect("a process");
    phone.apply(Input::Person { act: PersonAct::AnswerNotResponding { pid, close } })
}

#[test]
fn fgs_short_018_the_user_closes_an_app_whose_short_service_overstays() {
    let mut phone = Phone::with_fgs(SHORT);
    phone.advance(189_999);
    assert!(!phone.has(anr(TimeoutKind::ShortFgsTimeout)));
    assert!(answer(&mut phone, true).is_err(), "nothing was asked yet");
    phone.advance(1);
    assert!(phone.has(anr(TimeoutKind::ShortFgsTimeout)));
    assert!(!phone.has(killed), "a foreground service makes it interesting");
    assert_eq!(answer(&mut phone, true), Ok(Reply::Nothing));
    assert!(phone.has(killed));
    phone.die(APP);
    let left = phone.model.services.by_name(USER, &component("S"));
    assert!(left.is_none(), "never sticky");
    phone.advance(3_600_000);
    assert!(!phone.is_running("S"));
}

#[test]
fn fgs_short_018_the_user_waits() {
    let mut phone = Phone::with_fgs(SHORT);
    phone.advance(190_000);
    assert_eq!(answer(&mut phone, false), Ok(Reply::Nothing));
    phone.advance(3_600_000);
    assert!(!phone.has(killed) && phone.is_running("S"), "it may go on for ever");
    assert!(answer(&mut phone, true).is_err(), "the dialog is gone");
}

/// A background service that does not answer its callback.
fn stuck_in_background(prepare: fn(&mut Phone)) -> Phone {
    let mut phone = Phone::new();
    phone.fact(SystemFact::Uid { uid: APP.uid, mark: UidMark::BackgroundAllowlisted, holds: true });
    prepare(&mut phone);
    phone.answering = false;
    phone.start("S", false).expect("started");
    phone.forget();
    phone.advance(400_000);
    phone
}

#[test]
fn fgs_short_018_an_app_that_shows_nothing_is_killed_at_once() {
    let phone = stuck_in_background(|_| {});
    assert!(phone.has(anr(TimeoutKind::ServiceExec)) && phone.has(killed));
    let order = phone.effects.iter().filter(|it| killed(it) || anr(TimeoutKind::ServiceExec)(it));
    assert!(order.map(killed).eq([false, true]), "reported first");
    let phone = stuck_in_background(|phone| phone.show(APP, true));
    assert!(phone.has(anr(TimeoutKind::ServiceExec)) && !phone.has(killed), "visible");
}

#[test]
fn fgs_short_018_what_is_not_reported() {
    let shutting_down = |phone: &mut Phone| {
        phone.fact(SystemFact::Device { mark: DeviceMark::ShuttingDown, holds: true });
    };
    let phone = stuck_in_background(shutting_down);
    assert!(phone.decided.contains(&"FGS-SHORT-018"));
    assert!(!phone.has(anr(TimeoutKind::ServiceExec)) && !phone.has(killed));

    let mut phone = Phone::with_fgs(SHORT);
    phone.show(APP, true);
    phone.start("T", false).expect("started");
    phone.promote("T", 2, SHORT).expect("short, too");
    phone.show(APP, false);
    phone.forget();
    phone.advance(200_000);
    let anrs = phone.effects.iter().filter(|it| anr(TimeoutKind::ShortFgsTimeout)(it));
    assert_eq!(anrs.count(), 1, "of one process that does not respond already");
}

#[test]
fn fgs_start_096_slow_hardware_gives_callbacks_more_time() {
    for (timeout_multiplier, millis) in [(1, 200_000), (3, 600_000)] {
        let mut platform = Platform::android_14();
        platform.timeout_multiplier = timeout_multiplier;
        let mut phone = Phone::on(platform);
        let mark = UidMark::BackgroundAllowlisted;
        phone.fact(SystemFact::Uid { uid: APP.uid, mark, holds: true });
        phone.answering = false;
        phone.start("S", false).expect("started");
        phone.advance(millis);
        assert!(!phone.has(anr(TimeoutKind::ServiceExec)), "{timeout_multiplier}");
        phone.advance(1);
        assert!(phone.has(anr(TimeoutKind::ServiceExec)), "{timeout_multiplier}");
    }
}
