//! Exceptions of the model as binder exception codes, and back. Rule: JOB-API-002.

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices as codes;
use jobwarden_aidl::binder::{ExceptionCode, Status};
use jobwarden_model::Exception;

use super::wire::InvalidParcel;

/// `SecurityException`.
pub(crate) fn security(message: &str) -> Status {
    Status::from((ExceptionCode::Security, message))
}

/// `UnsupportedOperationException`.
pub(crate) fn unsupported(message: &str) -> Status {
    Status::from((ExceptionCode::UnsupportedOperation, message))
}

/// `IllegalStateException`.
pub(crate) fn illegal_state(message: &str) -> Status {
    Status::from((ExceptionCode::IllegalState, message))
}

/// `IllegalArgumentException`.
pub(crate) fn illegal_argument(message: &str) -> Status {
    Status::from((ExceptionCode::IllegalArgument, message))
}

/// `NullPointerException`.
pub(crate) fn null_pointer(message: &str) -> Status {
    Status::from((ExceptionCode::NullPointer, message))
}

/// What the client hears of a parcel that is refused.
pub(crate) fn invalid(error: &InvalidParcel) -> Status {
    illegal_argument(&error.to_string())
}

/// What the client hears of an exception of the model.
pub(crate) fn status_of(exception: &Exception) -> Status {
    let specific = |code: i32| {
        let message = format!("{}: {exception}", exception.class_name());
        Status::new_service_specific_error(code, Some(message))
    };
    match exception {
        Exception::Security(message) => security(message),
        Exception::IllegalArgument(message) => illegal_argument(message),
        Exception::NullPointer(message) => null_pointer(message),
        // A LimitExceededException arrives as its base class, as on Android.
        Exception::IllegalState(message) | Exception::LimitExceeded(message) => {
            illegal_state(message)
        }
        Exception::UnsupportedOperation(message) => unsupported(message),
        Exception::ForegroundServiceStartNotAllowed(_) => {
            specific(codes::ERROR_FOREGROUND_SERVICE_START_NOT_ALLOWED)
        }
        Exception::InvalidForegroundServiceType(_) => {
            specific(codes::ERROR_INVALID_FOREGROUND_SERVICE_TYPE)
        }
        Exception::MissingForegroundServiceType(_) => {
            specific(codes::ERROR_MISSING_FOREGROUND_SERVICE_TYPE)
        }
        Exception::StartForegroundCalledOnStoppedService(_) => {
            specific(codes::ERROR_START_FOREGROUND_CALLED_ON_STOPPED_SERVICE)
        }
        Exception::BackgroundServiceStartNotAllowed(_) => {
            specific(codes::ERROR_BACKGROUND_SERVICE_START_NOT_ALLOWED)
        }
    }
}

/// What a client can tell of a status: the exception again, or `None` for trouble of the transport.
pub fn exception_of(status: &Status) -> Option<Exception> {
    let message = status.message().unwrap_or_default().to_owned();
    Some(match status.exception_code() {
        ExceptionCode::Security => Exception::Security(message),
        ExceptionCode::IllegalArgument => Exception::IllegalArgument(message),
        ExceptionCode::NullPointer => Exception::NullPointer(message),
        ExceptionCode::IllegalState => Exception::IllegalState(message),
        ExceptionCode::UnsupportedOperation => Exception::UnsupportedOperation(message),
        ExceptionCode::ServiceSpecific => {
            let message =
                message.split_once(": ").map_or(message.as_str(), |(_, rest)| rest).to_owned();
            match status.service_specific_error() {
                codes::ERROR_FOREGROUND_SERVICE_START_NOT_ALLOWED => {
                    Exception::ForegroundServiceStartNotAllowed(message)
                }
                codes::ERROR_INVALID_FOREGROUND_SERVICE_TYPE => {
                    Exception::InvalidForegroundServiceType(message)
                }
                codes::ERROR_MISSING_FOREGROUND_SERVICE_TYPE => {
                    Exception::MissingForegroundServiceType(message)
                }
                codes::ERROR_START_FOREGROUND_CALLED_ON_STOPPED_SERVICE => {
                    Exception::StartForegroundCalledOnStoppedService(message)
                }
                codes::ERROR_BACKGROUND_SERVICE_START_NOT_ALLOWED => {
                    Exception::BackgroundServiceStartNotAllowed(message)
                }
                _ => return None,
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_api_002_numbers_are_the_platforms_own() {
        let code = |exception: Exception| status_of(&exception).exception_code() as i32;
        let text = || "why".to_owned();
        assert_eq!(code(Exception::Security(text())), -1);
        assert_eq!(code(Exception::IllegalArgument(text())), -3);
        assert_eq!(code(Exception::NullPointer(text())), -4);
        assert_eq!(code(Exception::IllegalState(text())), -5);
        assert_eq!(code(Exception::LimitExceeded(text())), -5);
        assert_eq!(code(Exception::UnsupportedOperation(text())), -7);
        assert_eq!(code(Exception::ForegroundServiceStartNotAllowed(text())), -8);
    }

    #[test]
    fn an_exception_survives_the_wire_except_limit_exceeded() {
        let text = || "why: because".to_owned();
        for exception in [
            Exception::Security(text()),
            Exception::IllegalArgument(text()),
            Exception::NullPointer(text()),
            Exception::IllegalState(text()),
            Exception::UnsupportedOperation(text()),
            Exception::ForegroundServiceStartNotAllowed(text()),
            Exception::InvalidForegroundServiceType(text()),
            Exception::MissingForegroundServiceType(text()),
            Exception::StartForegroundCalledOnStoppedService(text()),
            Exception::BackgroundServiceStartNotAllowed(text()),
        ] {
            assert_eq!(exception_of(&status_of(&exception)), Some(exception));
        }
        let limit = status_of(&Exception::LimitExceeded(text()));
        assert_eq!(exception_of(&limit), Some(Exception::IllegalState(text())));
    }
}
