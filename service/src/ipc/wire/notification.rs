//! Notifications.

use jobwarden_aidl::aidl::dev::jobwarden as aidl;
use jobwarden_model::notification::Notification;

use super::{unsigned, Budget, Wire};

/// A notification as an app describes it.
pub(crate) fn notification_from_wire(
    wire: &aidl::Notification::Notification,
    budget: &mut Budget,
) -> Wire<Notification> {
    Ok(Notification {
        channel: budget.name("channel", &wire.channel)?,
        flags: u32::from_ne_bytes(wire.flags.to_ne_bytes()),
        small_icon: wire.smallIcon,
        title: budget.text("title", &wire.title)?,
        text: budget.text("text", &wire.text)?,
        progress: wire.hasProgress.then_some((wire.progress, wire.progressMax)),
        group: budget.optional("group", wire.group.as_deref())?,
        timeout_after_millis: wire.timeoutAfterMillis,
        foreground_service_behavior: wire.foregroundServiceBehavior,
        category: budget.optional("category", wire.category.as_deref())?,
        media_style: wire.mediaStyle,
        actions: unsigned("actions", wire.actions)?,
    })
}
