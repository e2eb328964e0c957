//! Who plays which part on the device, as others appoint them. Rules: BAL-027 … 030.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{Uid, UserId};

/// The appointments. Change them freely; every decision reads them as they are then.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Roles {
    /// The package of the default home activity, per user.
    pub default_home: BTreeMap<UserId, String>,
    /// The uid that owns the window of the current input method, shown or not.
    pub input_method_window_owner: Option<Uid>,
    /// The uid of the recents component.
    pub recents: Option<Uid>,
    /// The device owner.
    pub device_owner: Option<Uid>,
    /// The profile owners.
    pub profile_owners: BTreeSet<Uid>,
    /// The users that are affiliated with the device.
    pub affiliated_users: BTreeSet<UserId>,
    /// The companion apps.
    pub companion_apps: BTreeSet<Uid>,
    /// Attention and system-captions service: packages that have while-in-use access. Rule: UIJ-VIS-022.
    pub while_in_use_packages: BTreeSet<String>,
    /// Uids exempt from notification trampoline restrictions by the browser role. Rule: BAL-051.
    pub exempt_from_trampolines: BTreeSet<Uid>,
}

impl Roles {
    /// Rule: BAL-029.
    pub fn is_recents(&self, uid: Uid) -> bool {
        self.recents.is_some_and(|recents| recents.app_id() == uid.app_id())
    }

    /// Rule: BAL-030.
    pub fn is_device_owner(&self, uid: Uid) -> bool {
        self.device_owner == Some(uid)
    }

    /// Rule: BAL-030.
    pub fn is_affiliated_profile_owner(&self, uid: Uid) -> bool {
        self.profile_owners.contains(&uid) && self.affiliated_users.contains(&uid.user())
    }

    /// Rule: BAL-030.
    pub fn is_companion_app(&self, uid: Uid) -> bool {
        self.companion_apps.contains(&uid)
    }
}
