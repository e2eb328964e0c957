//! What a caller hears instead of a result: the exceptions of Android, by their own names.

use serde::{Deserialize, Serialize};

/// An exception that leaves the platform.
///
/// Exhaustive on purpose: a new way to refuse must break the build of everyone who maps it.
#[derive(Clone, Debug, Eq, Hash, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "exception", content = "message")]
pub enum Exception {
    /// `SecurityException`.
    #[error("{0}")]
    Security(String),
    /// `IllegalArgumentException`.
    #[error("{0}")]
    IllegalArgument(String),
    /// `NullPointerException`.
    #[error("{0}")]
    NullPointer(String),
    /// `IllegalStateException`.
    #[error("{0}")]
    IllegalState(String),
    /// `LimitExceededException`, an `IllegalStateException` for whoever does not know it.
    #[error("{0}")]
    LimitExceeded(String),
    /// `UnsupportedOperationException`.
    #[error("{0}")]
    UnsupportedOperation(String),
    /// `ForegroundServiceStartNotAllowedException`, an `IllegalStateException`.
    #[error("{0}")]
    ForegroundServiceStartNotAllowed(String),
    /// `InvalidForegroundServiceTypeException`, a `ForegroundServiceTypeException`.
    #[error("{0}")]
    InvalidForegroundServiceType(String),
    /// `MissingForegroundServiceTypeException`, a `ForegroundServiceTypeException`.
    #[error("{0}")]
    MissingForegroundServiceType(String),
    /// `StartForegroundCalledOnStoppedServiceException`, an `IllegalStateException`.
    #[error("{0}")]
    StartForegroundCalledOnStoppedService(String),
    /// `BackgroundServiceStartNotAllowedException`, an `IllegalStateException`.
    #[error("{0}")]
    BackgroundServiceStartNotAllowed(String),
}

impl Exception {
    /// The simple name of the Java class.
    pub fn class_name(&self) -> &'static str {
        match self {
            Self::Security(_) => "SecurityException",
            Self::IllegalArgument(_) => "IllegalArgumentException",
            Self::NullPointer(_) => "NullPointerException",
            Self::IllegalState(_) => "IllegalStateException",
            Self::LimitExceeded(_) => "LimitExceededException",
            Self::UnsupportedOperation(_) => "UnsupportedOperationException",
            Self::ForegroundServiceStartNotAllowed(_) => {
                "ForegroundServiceStartNotAllowedException"
            }
            Self::InvalidForegroundServiceType(_) => "InvalidForegroundServiceTypeException",
            Self::MissingForegroundServiceType(_) => "MissingForegroundServiceTypeException",
            Self::StartForegroundCalledOnStoppedService(_) => {
                "StartForegroundCalledOnStoppedServiceException"
            }
            Self::BackgroundServiceStartNotAllowed(_) => {
                "BackgroundServiceStartNotAllowedException"
            }
        }
    }

    /// The full names of the Java superclasses below `RuntimeException`, nearest first; what catches
    /// any of them catches this. Rules: FGS-EXC-001, FGS-EXC-012.
    pub const fn superclasses(&self) -> &'static [&'static str] {
        match self {
            Self::ForegroundServiceStartNotAllowed(_)
            | Self::BackgroundServiceStartNotAllowed(_) => {
                &[SERVICE_START_NOT_ALLOWED, ILLEGAL_STATE]
            }
            Self::InvalidForegroundServiceType(_) | Self::MissingForegroundServiceType(_) => {
                &[FOREGROUND_SERVICE_TYPE, SERVICE_START_NOT_ALLOWED, ILLEGAL_STATE]
            }
            Self::LimitExceeded(_) | Self::StartForegroundCalledOnStoppedService(_) => {
                &[ILLEGAL_STATE]
            }
            Self::Security(_)
            | Self::IllegalArgument(_)
            | Self::NullPointer(_)
            | Self::IllegalState(_)
            | Self::UnsupportedOperation(_) => &[],
        }
    }

    /// `Parcel.getExceptionCode`: what stands in a reply in front of the message. Rule: FGS-EXC-003.
    pub const fn binder_code(&self) -> i32 {
        match self {
            Self::Security(_) => -1,
            Self::IllegalArgument(_) => -3,
            Self::NullPointer(_) => -4,
            // Not parcelable: the client sees the superclass.
            Self::IllegalState(_) | Self::LimitExceeded(_) => -5,
            Self::UnsupportedOperation(_) => -7,
            Self::ForegroundServiceStartNotAllowed(_)
            | Self::BackgroundServiceStartNotAllowed(_)
            | Self::InvalidForegroundServiceType(_)
            | Self::MissingForegroundServiceType(_)
            | Self::StartForegroundCalledOnStoppedService(_) => -9,
        }
    }
}

const ILLEGAL_STATE: &str = "java.lang.IllegalStateException";
const SERVICE_START_NOT_ALLOWED: &str = "android.app.ServiceStartNotAllowedException";
const FOREGROUND_SERVICE_TYPE: &str = "android.app.ForegroundServiceTypeException";

/// A class nested in `RemoteServiceException`: the exception with which the system crashes an app.
/// Rules: FGS-EXC-060 to FGS-EXC-063.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RemoteServiceException {
    /// A service that was started to be a foreground service did not become one.
    ForegroundServiceDidNotStartInTime,
    /// The notification of a foreground service cannot be posted.
    CannotPostForegroundServiceNotification,
    /// The notification of a foreground service cannot be shown.
    BadForegroundServiceNotification,
    /// A permission for `DevicePolicyManager` is missing.
    MissingRequestPasswordComplexityPermission,
    /// The shell asked for it.
    CrashedByAdb,
    /// The notification of a user-initiated job cannot be shown.
    BadUserInitiatedJobNotification,
}

impl RemoteServiceException {
    /// All of them, by type id, from 1.
    pub const ALL: [Self; 6] = [
        Self::ForegroundServiceDidNotStartInTime,
        Self::CannotPostForegroundServiceNotification,
        Self::BadForegroundServiceNotification,
        Self::MissingRequestPasswordComplexityPermission,
        Self::CrashedByAdb,
        Self::BadUserInitiatedJobNotification,
    ];

    /// The class that a type id stands for; the base class where this is `None`. Rule: FGS-EXC-063.
    pub fn from_type_id(type_id: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.type_id() == type_id)
    }

    /// `TYPE_ID`: how the crash names the class to the app's process. Rule: FGS-EXC-063.
    pub const fn type_id(self) -> i32 {
        self as i32 + 1
    }

    /// The simple name of the Java class.
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::ForegroundServiceDidNotStartInTime => {
                "ForegroundServiceDidNotStartInTimeException"
            }
            Self::CannotPostForegroundServiceNotification => {
                "CannotPostForegroundServiceNotificationException"
            }
            Self::BadForegroundServiceNotification => "BadForegroundServiceNotificationException",
            Self::MissingRequestPasswordComplexityPermission => {
                "MissingRequestPasswordComplexityPermissionException"
            }
            Self::CrashedByAdb => "CrashedByAdbException",
            Self::BadUserInitiatedJobNotification => "BadUserInitiatedJobNotificationException",
        }
    }
}

#[cfg(test)]
mod tests;
