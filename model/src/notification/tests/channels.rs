//! Channels: deleting, raising, blocking. JOB-NOTIF-023, 024, 029.

use super::*;

fn delete(phone: &mut Phone, channel: &str) -> Result<Reply, &'static str> {
    let call =
        NotificationCall::DeleteChannel { package: APP.to_owned(), channel: channel.to_owned() };
    phone.call(call).map_err(|exception| exception.class_name())
}

#[test]
fn job_notif_023_channel_in_use_cannot_be_deleted() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("low", 0));
    phone.post_for_service(2, on("high", 0));
    phone.notify(3, on("default", 0));
    let before = phone.manager.clone();
    assert_eq!(delete(&mut phone, "low"), Err("SecurityException"));
    assert_eq!(delete(&mut phone, "high"), Err("SecurityException"));
    assert_eq!(delete(&mut phone, DEFAULT_CHANNEL_ID), Err("IllegalArgumentException"));
    assert_eq!(phone.manager, before);
    assert!(phone.cites("JOB-NOTIF-023"));
    assert_eq!(delete(&mut phone, "default"), Ok(Reply::Nothing));
    assert_eq!((phone.importance("default"), phone.ids()), (None, vec![1, 2]));
    phone.around.jobs.clear();
    assert_eq!(delete(&mut phone, "low"), Ok(Reply::Nothing));
    assert_eq!(phone.ids(), [2], "nothing protects it from the loss of its channel");
    assert_eq!(delete(&mut phone, "low"), Ok(Reply::Nothing), "it is gone already");
}

/// The default channel is refused before anything else is looked at, a service before a job.
#[test]
fn job_notif_023_which_refusal_wins() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("low", 0));
    phone.post_for_service(2, on("low", 0));
    let call =
        NotificationCall::DeleteChannel { package: APP.to_owned(), channel: "low".to_owned() };
    let error = phone.call(call).expect_err("it is in use");
    assert_eq!(error.to_string(), "channel low cannot be deleted: a foreground service uses it");
    phone.around.jobs.insert(3, DEFAULT_CHANNEL_ID.to_owned());
    assert_eq!(delete(&mut phone, DEFAULT_CHANNEL_ID), Err("IllegalArgumentException"));
}

#[test]
fn job_notif_023_channel_group_goes_as_a_whole_or_not_at_all() {
    let mut phone = Phone::new();
    for channel in ["a", "b"] {
        let created = phone.manager.create_channel(USER, APP, channel, 3, Some("g"));
        created.expect("a valid channel");
    }
    phone.notify(1, on("a", 0));
    phone.post_for_job(2, on("b", 0));
    let call =
        || NotificationCall::DeleteChannelGroup { package: APP.to_owned(), group: "g".to_owned() };
    let before = phone.manager.clone();
    let error = phone.call(call()).expect_err("b is in use");
    assert_eq!(error.to_string(), "channel b cannot be deleted: a user-initiated job uses it");
    assert_eq!(phone.manager, before);
    phone.around.jobs.clear();
    phone.call(call()).expect("nothing uses it any more");
    assert_eq!((phone.importance("a"), phone.importance("b")), (None, None));
    assert_eq!(phone.ids(), Vec::<i32>::new());
    assert!(phone.importance("default").is_some(), "not of the group");
}

/// Importance of the channel, chosen by the user, shown a task before: raised or not.
#[test]
fn job_notif_024_importance() {
    use Importance::{Default, Low, Min, None};
    let table = [
        ("min", None, false, false, Low),
        ("none", None, false, false, Low),
        ("low", None, false, false, Low),
        ("default", None, false, false, Default),
        // The user chose, and no task was shown before: raised, and the choice is forgotten.
        ("default", Min, true, false, Low),
        ("default", None, true, false, Low),
        // The user chose with a task to see: it stays as chosen.
        ("default", Min, true, true, Min),
        ("default", Low, true, true, Low),
    ];
    for (channel, chosen, by_user, shown_before, expected) in table {
        let mut phone = Phone::new();
        if shown_before {
            phone.post_for_job(9, on(channel, 0));
        }
        if by_user {
            phone.set_importance(channel, chosen);
        }
        phone.post_for_job(1, on(channel, 0));
        let case = (channel, chosen, by_user, shown_before);
        assert_eq!(phone.importance(channel), Some(expected), "{case:?}");
        let shown = phone.manager.shown().find(|shown| *shown.key == key(1));
        assert_eq!(shown.map(|shown| shown.importance), Some(expected), "{case:?}");
    }
}

/// The raise clears the lock: from then on the system raises again, however often the user blocks,
/// until the user chooses after a task was shown.
#[test]
fn job_notif_024_first_raise_clears_the_lock() {
    let mut phone = Phone::new();
    phone.set_importance("default", Importance::Min);
    phone.post_for_job(1, on("default", 0));
    assert_eq!(phone.importance("default"), Some(Importance::Low));
    // Unlocked: the app may lower it again, which a lock forbids.
    phone.manager.create_channel(USER, APP, "default", 1, None).expect("a valid channel");
    assert_eq!(phone.importance("default"), Some(Importance::Min));
    phone.post_for_job(1, on("default", 0));
    assert_eq!(phone.importance("default"), Some(Importance::Low), "raised a second time");
    phone.set_importance("default", Importance::Min);
    phone.post_for_job(1, on("default", 0));
    assert_eq!(phone.importance("default"), Some(Importance::Min), "now the user has the say");
    phone.manager.create_channel(USER, APP, "default", 0, None).expect("a valid channel");
    assert_eq!(phone.importance("default"), Some(Importance::Min), "locked");
}

/// An ordinary notification raises nothing and marks nothing.
#[test]
fn job_notif_024_ordinary_notifications_do_not_count() {
    let mut phone = Phone::new();
    phone.notify(1, on("min", 0));
    assert_eq!(phone.importance("min"), Some(Importance::Min));
    assert!(!phone.cites("JOB-NOTIF-024"));
    phone.set_importance("default", Importance::Min);
    phone.notify(2, on("default", 0));
    phone.post_for_service(3, on("default", 0));
    assert_eq!(phone.importance("default"), Some(Importance::Low), "the first task on it");
}

#[test]
fn job_notif_029_blocked_channel_loses_its_notification() {
    // The user blocks the channel before or after it has shown a task.
    for (first, shown_again) in [(true, true), (false, false)] {
        let mut phone = Phone::new();
        phone.post_for_job(1, on("default", 0));
        phone.set_importance(if first { "high" } else { "default" }, Importance::None);
        let left = if first { vec![1] } else { vec![] };
        assert_eq!(phone.ids(), left);
        let blocked = if first { "high" } else { "default" };
        phone.post_for_job(2, on(blocked, 0));
        assert_eq!(phone.ids().contains(&2), shown_again, "{blocked}");
        let expected = if first { Importance::Low } else { Importance::None };
        assert_eq!(phone.importance(blocked), Some(expected));
        assert!(phone.cites("JOB-NOTIF-029"));
    }
}

/// Choosing for a channel that does not exist changes nothing; neither does choosing what it has.
#[test]
fn job_notif_029_choices_that_change_nothing() {
    let mut phone = Phone::new();
    let before = phone.manager.clone();
    phone.set_importance("no such channel", Importance::None);
    phone.set_importance("default", Importance::Default);
    assert_eq!(phone.manager, before);
}

/// A channel that is created again is as it was, its importance at most that of the new one.
#[test]
fn job_notif_024_channel_that_comes_back_remembers() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("default", 0));
    phone.around.jobs.clear();
    phone.set_importance("default", Importance::Min);
    assert_eq!(delete(&mut phone, "default"), Ok(Reply::Nothing));
    phone.manager.create_channel(USER, APP, "default", 4, None).expect("a valid channel");
    assert_eq!(phone.importance("default"), Some(Importance::Min));
    phone.post_for_job(2, on("default", 0));
    assert_eq!(phone.importance("default"), Some(Importance::Min), "a task was shown before");
    let refused = |id, level| {
        let created = Phone::new().manager.create_channel(USER, APP, id, level, None);
        created.map_err(|exception| exception.class_name())
    };
    assert_eq!(refused(DEFAULT_CHANNEL_ID, 3), Err("IllegalArgumentException"));
    assert_eq!(refused("x", 6), Err("IllegalArgumentException"));
    assert_eq!(refused("x", -1), Err("IllegalArgumentException"));
    assert_eq!(refused("x", 5), Ok(()));
}

/// An app that is uninstalled leaves neither notifications nor channels.
#[test]
fn job_notif_023_package_that_is_gone_is_forgotten() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("default", 0));
    phone.act(|manager, looper, _| manager.package_removed(USER, APP, looper));
    assert_eq!((phone.ids(), phone.importance("default")), (vec![], None));
}
