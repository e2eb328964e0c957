//! Between the wire and the model: parcels of strangers become values, or a clear refusal.
//!
//! The binder layer has already refused what is not well-formed. What arrives here is well-formed and
//! may still be hostile: huge, full of NULs, with numbers nobody defined. Every conversion from the wire
//! goes through one [`Budget`], which counts what a single call may bring along.

mod bundle;
mod codes;
mod facts;
mod job;
mod notification;

use jobwarden_aidl::aidl::dev::jobwarden as aidl;
use jobwarden_model::{ComponentName, Pid, Uid, UserId};

pub(crate) use bundle::{bundle_from_wire, bundle_to_wire};
pub(crate) use codes::{
    DEVICE_MARKS, DOZE, ENABLED, GRANTED, LISTS, MEMORY, MODES, PACKAGE_MARKS, SWITCHES, THERMAL,
    UID_MARKS,
};
pub(crate) use facts::{activities, network_facts, package};
pub(crate) use job::{
    job_from_wire, job_to_wire, parameters_to_wire, snapshot_to_wire, summary_to_wire,
    work_from_wire, work_to_wire,
};
pub(crate) use notification::notification_from_wire;

/// Bytes of one string.
pub const MAX_TEXT: usize = 64 * 1024;
/// Bytes of the name of a package, a class, a permission, a channel.
pub const MAX_NAME: usize = 1024;
/// Entries of a list that has no limit of its own.
pub const MAX_LIST: usize = 4096;
/// Bytes of all strings of one call.
pub const MAX_CALL: usize = 1024 * 1024;
/// Values of one bundle.
pub const MAX_BUNDLE: usize = 1024;
/// How deep lists and bundles nest.
pub const MAX_DEPTH: usize = 16;

/// What is wrong with a parcel. The client hears it as an `IllegalArgumentException`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidParcel {
    /// A string is too long.
    #[error("{what} has {bytes} bytes, more than {limit}")]
    TooLong {
        /// Which.
        what: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A string contains a NUL.
    #[error("{what} contains a NUL")]
    Nul {
        /// Which.
        what: &'static str,
    },
    /// A list is too long.
    #[error("{what} has {count} entries, more than {limit}")]
    TooMany {
        /// Which.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// All strings together are too long.
    #[error("the strings of one call have more than {MAX_CALL} bytes")]
    TooLargeCall,
    /// A number stands for nothing.
    #[error("{what} cannot be {value}")]
    Number {
        /// Which.
        what: &'static str,
        /// What it is.
        value: i64,
    },
    /// An entry of a list is null.
    #[error("{what} contains null")]
    Null {
        /// Which.
        what: &'static str,
    },
    /// A bundle's list does not spell a tree.
    #[error("bundle: {0}")]
    Bundle(&'static str),
    /// Text that should be JSON is not, or not that of an input.
    #[error("not an input: {0}")]
    Json(String),
}

/// Result of a conversion from the wire.
pub(crate) type Wire<T> = Result<T, InvalidParcel>;

/// Counts what one call brings along.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    bytes: usize,
}

impl Budget {
    /// A string of any purpose.
    pub(crate) fn text(&mut self, what: &'static str, text: &str) -> Wire<String> {
        self.limited(what, text, MAX_TEXT)
    }

    /// The name of something.
    pub(crate) fn name(&mut self, what: &'static str, text: &str) -> Wire<String> {
        self.limited(what, text, MAX_NAME)
    }

    /// A string that may be null.
    pub(crate) fn optional(
        &mut self,
        what: &'static str,
        text: Option<&str>,
    ) -> Wire<Option<String>> {
        text.map(|text| self.text(what, text)).transpose()
    }

    /// A list of strings none of which is null.
    pub(crate) fn texts(&mut self, what: &'static str, texts: &[String]) -> Wire<Vec<String>> {
        count(what, texts.len(), MAX_LIST)?;
        texts.iter().map(|text| self.text(what, text)).collect()
    }

    /// A nullable list; its entries must not be null although the wire could carry that.
    pub(crate) fn optional_texts(
        &mut self,
        what: &'static str,
        texts: Option<&[Option<String>]>,
    ) -> Wire<Option<Vec<String>>> {
        let Some(texts) = texts else { return Ok(None) };
        count(what, texts.len(), MAX_LIST)?;
        let text = |text: &Option<String>| match text {
            Some(text) => self.text(what, text),
            None => Err(InvalidParcel::Null { what }),
        };
        texts.iter().map(text).collect::<Wire<_>>().map(Some)
    }

    fn limited(&mut self, what: &'static str, text: &str, limit: usize) -> Wire<String> {
        if text.len() > limit {
            return Err(InvalidParcel::TooLong { what, bytes: text.len(), limit });
        }
        if text.contains('\0') {
            return Err(InvalidParcel::Nul { what });
        }
        self.bytes += text.len();
        if self.bytes > MAX_CALL {
            return Err(InvalidParcel::TooLargeCall);
        }
        Ok(text.to_owned())
    }

    /// A component. A class that starts with a dot is relative to the package.
    pub(crate) fn component(
        &mut self,
        component: &aidl::ComponentName::ComponentName,
    ) -> Wire<ComponentName> {
        Ok(ComponentName::new(
            self.name("package name", &component.packageName)?,
            self.name("class name", &component.className)?,
        ))
    }
}

/// Refuses a list that is too long.
pub(crate) fn count(what: &'static str, count: usize, limit: usize) -> Wire<()> {
    if count > limit {
        return Err(InvalidParcel::TooMany { what, count, limit });
    }
    Ok(())
}

/// A user id; the special negative ones of Android are not accepted here.
pub(crate) fn user(user: i32) -> Wire<UserId> {
    unsigned("user", user).map(UserId)
}

/// A uid.
pub(crate) fn uid(uid: i32) -> Wire<Uid> {
    unsigned("uid", uid).map(Uid)
}

/// The pid of a process.
pub(crate) fn pid(pid: i32) -> Wire<Pid> {
    if pid <= 0 {
        return Err(InvalidParcel::Number { what: "pid", value: pid.into() });
    }
    Ok(Pid(pid))
}

/// A number that is not negative.
pub(crate) fn unsigned(what: &'static str, value: i32) -> Wire<u32> {
    u32::try_from(value).map_err(|_| InvalidParcel::Number { what, value: value.into() })
}

/// An unsigned number that Java and the wire can only write as a signed one; bits, not a quantity.
pub(crate) const fn bits(value: i64) -> u64 {
    u64::from_ne_bytes(value.to_ne_bytes())
}

/// The reverse of [`bits`].
pub(crate) const fn signed(value: u64) -> i64 {
    i64::from_ne_bytes(value.to_ne_bytes())
}

/// A value of a table of constants, by its number.
pub(crate) fn choose<T: Copy>(what: &'static str, table: &[(i32, T)], value: i32) -> Wire<T> {
    table
        .iter()
        .find(|(number, _)| *number == value)
        .map(|(_, chosen)| *chosen)
        .ok_or(InvalidParcel::Number { what, value: value.into() })
}

/// A component on its way out.
pub(crate) fn component_to_wire(component: &ComponentName) -> aidl::ComponentName::ComponentName {
    aidl::ComponentName::ComponentName {
        packageName: component.package.to_string(),
        className: component.class.to_string(),
    }
}

/// A nullable list on its way out.
pub(crate) fn optional_to_wire(texts: Option<&Vec<String>>) -> Option<Vec<Option<String>>> {
    texts.map(|texts| texts.iter().cloned().map(Some).collect())
}
