//! Notifications that an app posts under the id of its foreground service.

use super::{notification, Phone, APP, DATA_SYNC, NAME};
use crate::effect::Effect;
use crate::notification::call::NotificationCall;
use crate::notification::effect::NotificationEffect;
use crate::notification::Notification;
use crate::{Exception, Input, Reply};

fn notify(phone: &mut Phone, id: i32, noti: Notification) -> Result<Reply, Exception> {
    let (package, notification) = (NAME.to_owned(), Box::new(noti));
    let call = NotificationCall::Notify { package, tag: None, id, notification };
    phone.apply(Input::Notification { caller: APP, call })
}

fn shown(effect: &Effect) -> bool {
    matches!(effect, Effect::Notification(NotificationEffect::Show { .. }))
}

fn mentions(phone: &Phone) -> usize {
    phone.effects.iter().filter(|it| shown(it)).count()
}

#[test]
fn fgs_defer_006_a_post_of_the_app_ends_the_deferral() {
    let mut phone = Phone::with_fgs(DATA_SYNC);
    assert_eq!(mentions(&phone), 0, "held back");
    let urgent = Notification { foreground_service_behavior: 1, ..notification() };
    notify(&mut phone, 1, urgent).expect("posted");
    assert_eq!(mentions(&phone), 1, "the app wants it now");
    assert!(phone.decided.contains(&"FGS-DEFER-006"), "and the service hears of it");
    phone.forget();
    phone.advance(60_000);
    assert_eq!(mentions(&phone), 0, "nothing is left to display");
}

#[test]
fn fgs_defer_006_a_post_that_is_held_back_changes_nothing() {
    let mut phone = Phone::with_fgs(DATA_SYNC);
    notify(&mut phone, 1, notification()).expect("taken");
    assert_eq!(mentions(&phone), 0);
    assert!(!phone.decided.contains(&"FGS-DEFER-006"));
    phone.advance(10_000);
    assert_eq!(mentions(&phone), 1, "at its display time");
    phone.forget();
    notify(&mut phone, 2, notification()).expect("of nobody");
    assert_eq!(mentions(&phone), 1, "an ordinary notification is shown");
    assert!(!phone.decided.contains(&"FGS-DEFER-007"));
}

#[test]
fn fgs_defer_007_a_refused_post_is_no_post() {
    let mut phone = Phone::with_fgs(DATA_SYNC);
    let before = phone.model.clone();
    let bare = Notification { small_icon: false, title: "x".to_owned(), ..notification() };
    let refused = notify(&mut phone, 1, bare).map_err(|exception| exception.class_name());
    assert_eq!(refused, Err("IllegalArgumentException"));
    assert_eq!(phone.model, before);
}
