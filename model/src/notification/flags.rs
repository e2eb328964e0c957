//! `Notification.FLAG_*`, as far as anything here looks at them.

/// Something that goes on.
pub const FLAG_ONGOING_EVENT: u32 = 0x2;
/// A click takes it away.
pub const FLAG_AUTO_CANCEL: u32 = 0x10;
/// "Clear all" leaves it.
pub const FLAG_NO_CLEAR: u32 = 0x20;
/// A foreground service runs behind it.
pub const FLAG_FOREGROUND_SERVICE: u32 = 0x40;
/// Stands for its group.
pub const FLAG_GROUP_SUMMARY: u32 = 0x200;
/// Stands for a group that the system made.
pub const FLAG_AUTOGROUP_SUMMARY: u32 = 0x400;
/// Shown as a bubble.
pub const FLAG_BUBBLE: u32 = 0x1000;
/// A swipe leaves it.
pub const FLAG_NO_DISMISS: u32 = 0x2000;
/// A user-initiated job runs behind it.
pub const FLAG_USER_INITIATED_JOB: u32 = 0x8000;
/// What an app cannot take away itself.
pub(super) const PROTECTED: u32 = FLAG_FOREGROUND_SERVICE | FLAG_USER_INITIATED_JOB;
