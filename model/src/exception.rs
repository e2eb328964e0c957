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
}
