//! Who is who: uids, users, processes and packages, as the kernel and Android number them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// How many uids one user spans.
const PER_USER_RANGE: u32 = 100_000;
/// The first app id that belongs to an installed app.
pub const FIRST_APPLICATION_UID: u32 = 10_000;

/// A kernel uid: `user * 100000 + app id`.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Uid(pub u32);

impl Uid {
    /// `root`.
    pub const ROOT: Self = Self(0);
    /// The system server.
    pub const SYSTEM: Self = Self(1000);
    /// The shell of `adb`.
    pub const SHELL: Self = Self(2000);

    /// The uid of `app_id` in `user`.
    pub const fn of(user: UserId, app_id: u32) -> Self {
        Self(user.0.wrapping_mul(PER_USER_RANGE).wrapping_add(app_id % PER_USER_RANGE))
    }

    /// The user this uid belongs to.
    pub const fn user(self) -> UserId {
        UserId(self.0 / PER_USER_RANGE)
    }

    /// The app id: the same app has the same one in every user.
    pub const fn app_id(self) -> u32 {
        self.0 % PER_USER_RANGE
    }

    /// `UserHandle.isCore`: belongs to the platform, not to an installed app.
    pub const fn is_core(self) -> bool {
        self.app_id() < FIRST_APPLICATION_UID
    }

    /// Root and system hold every permission. Rule: JOB-API-007.
    pub const fn holds_everything(self) -> bool {
        matches!(self.app_id(), 0 | 1000)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An Android user (a person or a profile), not a kernel user.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UserId(pub u32);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A process id.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Pid(pub i32);

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who makes a call, as vouched for by the kernel.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Caller {
    /// The uid of the calling process.
    pub uid: Uid,
    /// Its pid, where the transport knows it.
    pub pid: Option<Pid>,
}

/// A component: a class in a package. Cheap to copy: a component is named by every job of a service.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct ComponentName {
    /// The package.
    #[serde(with = "shared_text")]
    pub package: Arc<str>,
    /// The fully qualified class name.
    #[serde(with = "shared_text")]
    pub class: Arc<str>,
}

impl ComponentName {
    /// The component `class` of `package`; a class that starts with a dot is relative to the package.
    pub fn new(package: impl Into<Arc<str>>, class: impl Into<Arc<str>>) -> Self {
        let (package, class) = (package.into(), class.into());
        let class = if class.starts_with('.') { format!("{package}{class}").into() } else { class };
        Self { package, class }
    }

    /// `package/.Class` where the class lies inside the package, else `package/full.Class`.
    pub fn flatten_to_short_string(&self) -> String {
        match self.class.strip_prefix(&*self.package) {
            Some(rest) if rest.starts_with('.') => format!("{}/{rest}", self.package),
            _ => format!("{}/{}", self.package, self.class),
        }
    }
}

impl fmt::Display for ComponentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.flatten_to_short_string())
    }
}

/// Shared text is written and read like any other.
pub(crate) mod shared_text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::sync::Arc;

    pub(crate) fn serialize<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}
