//! What protects a notification, and from whom: JOB-NOTIF-020 to 022, 026, 027; FGS-EXC-062.

use super::*;

/// How a notification may go away.
#[derive(Clone, Copy, Debug)]
enum Way {
    Cancel,
    CancelAll,
    Timeout,
    Click,
    System,
}

impl Way {
    fn take(self, phone: &mut Phone, id: i32) {
        match self {
            Self::Cancel => phone.cancel(id),
            Self::CancelAll => phone.cancel_all(),
            Self::Timeout => phone.act(|manager, looper, _| manager.on_timeout(&key(id), looper)),
            Self::Click => phone.act(|manager, looper, _| manager.on_click(&key(id), looper)),
            Self::System => {
                phone.act(|manager, looper, _| manager.cancel_by_system(key(id), looper));
            }
        }
    }
}

#[test]
fn job_notif_020_only_the_system_takes_the_notification_of_a_job() {
    // The way, whether an ordinary notification goes, and whether that of a job goes.
    let table = [
        (Way::Cancel, true, false),
        (Way::CancelAll, true, false),
        (Way::Timeout, true, false),
        (Way::Click, true, false),
        (Way::System, true, true),
    ];
    for (way, ordinary, of_job) in table {
        let mut phone = Phone::new();
        phone.notify(1, on("default", FLAG_AUTO_CANCEL));
        phone.post_for_job(2, on("default", FLAG_AUTO_CANCEL));
        phone.post_for_service(3, on("default", FLAG_AUTO_CANCEL));
        assert_eq!(phone.flags(2), Some(FLAG_USER_INITIATED_JOB), "auto-cancel is taken off");
        assert_eq!(phone.flags(3), Some(FLAG_FOREGROUND_SERVICE | FLAG_NO_CLEAR));
        for id in [1, 2, 3] {
            way.take(&mut phone, id);
        }
        assert_eq!(phone.flags(1).is_none(), ordinary, "{way:?}");
        assert_eq!(phone.flags(2).is_none(), of_job, "{way:?}");
        assert_eq!(phone.flags(3).is_none(), of_job, "{way:?}");
        assert!(phone.cites("JOB-NOTIF-020"));
    }
}

/// The app's summary takes its children along, but not those of a job; the user's swipe takes all.
#[test]
fn job_notif_020_group_summary() {
    let with_group = || {
        let mut phone = Phone::new();
        phone.notify(1, of_group("default", FLAG_GROUP_SUMMARY, "g"));
        phone.notify(2, of_group("default", 0, "g"));
        phone.post_for_job(3, of_group("default", 0, "g"));
        phone.notify(4, of_group("default", 0, "other"));
        phone.notify(5, on("default", 0));
        phone
    };
    let mut cancelled = with_group();
    cancelled.cancel(1);
    assert_eq!(cancelled.ids(), [3, 4, 5]);
    let mut replaced = with_group();
    replaced.notify(1, on("default", 0));
    assert_eq!(replaced.ids(), [1, 3, 4, 5]);
    let mut moved = with_group();
    moved.notify(1, of_group("default", FLAG_GROUP_SUMMARY, "other"));
    assert_eq!(moved.ids(), [1, 3, 4, 5]);
    let mut updated = with_group();
    updated.notify(1, of_group("default", FLAG_GROUP_SUMMARY, "g"));
    assert_eq!(updated.ids(), [1, 2, 3, 4, 5]);
    let mut swiped = with_group();
    swiped.dismiss(1);
    assert_eq!(swiped.ids(), [4, 5]);
}

/// A summary that becomes a child of its own former group goes before it is shown; what was shown
/// under its key stays, but a tap no longer finds it.
#[test]
fn job_notif_020_summary_that_joins_its_own_group() {
    let mut phone = Phone::new();
    phone.notify(1, of_group("default", FLAG_GROUP_SUMMARY | FLAG_AUTO_CANCEL, "g"));
    phone.notify(1, of_group("default", 0, "g"));
    assert_eq!(phone.flags(1), Some(FLAG_GROUP_SUMMARY | FLAG_AUTO_CANCEL));
    phone.act(|manager, looper, _| manager.on_click(&key(1), looper));
    phone.dismiss(1);
    assert_eq!(phone.ids(), [1]);
    phone.cancel(1);
    assert_eq!(phone.ids(), Vec::<i32>::new());
}

#[test]
fn job_notif_020_own_time_out_of_a_notification() {
    let mut phone = Phone::new();
    let timed = |flags| Notification { timeout_after_millis: 5_000, ..on("default", flags) };
    phone.notify(1, timed(0));
    phone.post_for_job(2, timed(0));
    phone.notify(3, timed(0));
    phone.cancel(3);
    assert_eq!(phone.looper.pop_due(phone.now.awake_for(4_999)), None);
    phone.now = phone.now.awake_for(5_000);
    let mut fired = Vec::new();
    while let Some(Fired::Alarm(looper::Alarm::Notification(alarm))) =
        phone.looper.pop_due(phone.now)
    {
        phone.act(|manager, looper, _| manager.on_alarm(&alarm, looper));
        fired.push(alarm);
    }
    assert_eq!(fired, [Alarm::Timeout(key(1)), Alarm::Timeout(key(2))], "a cancel disarms it");
    assert_eq!(phone.ids(), [2]);
}

/// With the system UI flag a swipe takes what is ongoing, unless its app may prevent that.
#[test]
fn job_notif_021_user_dismissal() {
    // Ongoing dismissible, device owner, flags, gone.
    let table = [
        (true, false, 0, true),
        (true, false, FLAG_ONGOING_EVENT, true),
        (true, false, FLAG_ONGOING_EVENT | FLAG_NO_DISMISS, true),
        (true, true, FLAG_ONGOING_EVENT, false),
        (true, true, FLAG_NO_DISMISS, true),
        (false, false, 0, true),
        (false, false, FLAG_ONGOING_EVENT, false),
        (false, true, FLAG_NO_DISMISS, true),
    ];
    for (allow_dismiss_ongoing, device_owner, flags, gone) in table {
        let mut phone = Phone::new();
        phone.manager.set_allow_dismiss_ongoing(allow_dismiss_ongoing);
        phone.around.device_owner = device_owner;
        phone.post_for_job(1, on("default", flags));
        phone.dismiss(1);
        let case = (allow_dismiss_ongoing, device_owner, flags);
        assert_eq!(phone.ids().is_empty(), gone, "{case:?}");
        assert_eq!(phone.cites("JOB-NOTIF-021"), !gone, "{case:?}");
        assert!(phone.around.jobs.contains_key(&1), "the job goes on");
    }
}

/// Clearing the shade leaves what is ongoing and what says so; a job alone does not protect.
#[test]
fn job_notif_021_clear_all() {
    let mut phone = Phone::new();
    phone.notify(1, on("default", 0));
    phone.notify(2, on("default", FLAG_ONGOING_EVENT));
    phone.notify(3, on("default", FLAG_NO_CLEAR));
    phone.post_for_job(4, on("default", 0));
    phone.post_for_service(5, on("default", 0));
    phone.act(|manager, looper, _| manager.on_clear_all(UserId(10), looper));
    assert_eq!(phone.ids(), [1, 2, 3, 4, 5], "another user's shade");
    phone.act(|manager, looper, _| manager.on_clear_all(USER, looper));
    assert_eq!(phone.ids(), [2, 3, 5]);
}

/// An app cannot flag its own notification, and an ordinary update of a job's loses the flag.
#[test]
fn job_notif_022_flag_needs_an_association() {
    let mut phone = Phone::new();
    phone.notify(1, on("default", FLAG_USER_INITIATED_JOB | FLAG_AUTO_CANCEL));
    assert_eq!(phone.flags(1), Some(FLAG_AUTO_CANCEL));
    assert!(phone.cites("JOB-NOTIF-022"));
    phone.post_for_job(2, on("default", 0));
    phone.notify(2, on("default", FLAG_USER_INITIATED_JOB));
    assert_eq!(phone.flags(2), Some(FLAG_USER_INITIATED_JOB), "its own object carries the bit");
    phone.notify(2, on("default", 0));
    assert_eq!(phone.flags(2), Some(0));
    phone.cancel(2);
    assert_eq!(phone.ids(), [1]);
    // The tag is not compared: an id of a job protects every notification that has it.
    let tag = Some("t".to_owned());
    let call = NotificationCall::Notify {
        package: APP.to_owned(),
        tag: tag.clone(),
        id: 2,
        notification: Box::new(on("default", FLAG_USER_INITIATED_JOB)),
    };
    phone.call(call).expect("a valid notification");
    let tagged = phone.manager.shown().find(|shown| shown.key.tag == tag);
    assert_eq!(tagged.map(|shown| shown.flags), Some(FLAG_USER_INITIATED_JOB));
}

/// The exception with which the app crashes for a notification with these owners, if it does.
fn crash(of_job: bool, of_service: bool) -> (Vec<String>, Phone) {
    let mut phone = Phone::new();
    if of_service {
        phone.around.services.insert(1, "default".to_owned());
    }
    if of_job {
        phone.post_for_job(1, on("default", 0));
    } else {
        phone.notify(1, on("default", 0));
    }
    phone.out.clear();
    phone.act(|manager, looper, out| manager.on_error(&key(1), looper, out));
    assert_eq!(phone.ids(), Vec::<i32>::new(), "it goes, whatever protects it");
    let crashes = phone.out.effects.iter().filter_map(|effect| match effect {
        Effect::Notification(NotificationEffect::CrashApp { uid, exception }) => {
            assert_eq!(*uid, UID);
            Some(exception.clone())
        }
        _ => None,
    });
    (crashes.collect(), phone)
}

#[test]
fn job_notif_026_bad_notification_of_a_job_crashes_the_app() {
    let (crashes, phone) = crash(true, false);
    assert_eq!(crashes, ["BadUserInitiatedJobNotificationException"]);
    assert!(phone.cites("JOB-NOTIF-026"));
    assert_eq!(crash(false, false).0, Vec::<String>::new());
    let mut nothing = Phone::new();
    nothing.act(|manager, looper, out| manager.on_error(&key(7), looper, out));
    assert_eq!(nothing.out.effects, []);
}

#[test]
fn fgs_exc_062_bad_notification_of_a_service_crashes_the_app() {
    for of_job in [false, true] {
        let (crashes, phone) = crash(of_job, true);
        assert_eq!(crashes, ["BadForegroundServiceNotificationException"]);
        assert!(phone.cites("FGS-EXC-062") && !phone.cites("JOB-NOTIF-026"));
    }
}

/// Nothing is shown, nobody is told, and the channel is raised all the same.
#[test]
fn job_notif_027_without_permission_nothing_is_shown() {
    let mut phone = Phone::new();
    phone.around.blocked = true;
    phone.post_for_job(1, on("min", 0));
    assert_eq!(phone.ids(), Vec::<i32>::new());
    assert!(phone.cites("JOB-NOTIF-027"));
    assert_eq!(phone.importance("min"), Some(Importance::Low));
    // Taken away while the notification is on its way, the permission counts, too.
    phone.around.blocked = false;
    let post = Post { key: key(2), uid: UID, notification: on("default", 0), policy: None };
    let Phone { manager, around, looper, out, .. } = &mut phone;
    assert!(manager.enqueue(post, around, looper, out), "it is accepted");
    phone.around.blocked = true;
    phone.settle();
    assert_eq!(phone.ids(), Vec::<i32>::new());
    phone.around.blocked = false;
    phone.post_for_job(1, on("min", 0));
    assert_eq!(phone.ids(), [1]);
}

/// What is refused leaves nothing behind; a stranger's call leaves everything as it was.
#[test]
fn job_notif_022_strangers_and_bad_notifications_are_refused() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("default", 0));
    let before = phone.manager.clone();
    let bare = Notification { small_icon: false, ..on("default", 0) };
    let call = NotificationCall::Notify {
        package: APP.to_owned(),
        tag: None,
        id: 1,
        notification: Box::new(bare),
    };
    let refused = phone.call(call).map_err(|exception| exception.class_name());
    assert_eq!(refused, Err("IllegalArgumentException"));
    let call = NotificationCall::CancelAll { package: "com.other".to_owned() };
    let refused = phone.call(call).map_err(|exception| exception.class_name());
    assert_eq!(refused, Err("SecurityException"));
    phone.notify(2, on("no such channel", 0));
    assert_eq!(phone.manager, before);
}

/// A deferred notification of a service updates what is shown, and waits where nothing is.
#[test]
fn job_notif_028_deferred_notification_of_a_service_only_updates() {
    let mut phone = Phone::new();
    phone.notify(1, on("default", 0));
    phone.around.deferred.extend([1, 2]);
    phone.post_for_service(1, on("default", 0));
    phone.post_for_service(2, on("default", 0));
    assert_eq!(phone.ids(), [1]);
    assert_eq!(phone.flags(1), Some(FLAG_FOREGROUND_SERVICE | FLAG_NO_CLEAR));
}
