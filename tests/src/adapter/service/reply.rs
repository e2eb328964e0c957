//! What a caller heard over the wire, beside what the service noted down as its answer.

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices as codes;
use jobwarden_aidl::aidl::dev::jobwarden::ShellResult::ShellResult;
use jobwarden_aidl::binder::{ExceptionCode, Status};
use jobwarden_model::{Exception, Reply};

use super::calls::Heard;
use super::wire;

/// What a method without result is heard to say.
const VOID: &str = "()";

/// The exception behind a status; `None`: trouble of the transport.
pub(super) fn exception_of(status: &Status) -> Option<Exception> {
    let message = status.message().unwrap_or_default().to_owned();
    Some(match status.exception_code() {
        ExceptionCode::Security => Exception::Security(message),
        ExceptionCode::IllegalArgument => Exception::IllegalArgument(message),
        ExceptionCode::NullPointer => Exception::NullPointer(message),
        ExceptionCode::IllegalState => Exception::IllegalState(message),
        ExceptionCode::UnsupportedOperation => Exception::UnsupportedOperation(message),
        ExceptionCode::ServiceSpecific => {
            // `Class: message`.
            let said = message.split_once(": ").map_or(message.as_str(), |(_, said)| said);
            specific(status.service_specific_error(), said.to_owned())?
        }
        _ => return None,
    })
}

fn specific(code: i32, message: String) -> Option<Exception> {
    Some(match code {
        codes::ERROR_FOREGROUND_SERVICE_START_NOT_ALLOWED => {
            Exception::ForegroundServiceStartNotAllowed(message)
        }
        codes::ERROR_INVALID_FOREGROUND_SERVICE_TYPE => {
            Exception::InvalidForegroundServiceType(message)
        }
        codes::ERROR_MISSING_FOREGROUND_SERVICE_TYPE => {
            Exception::MissingForegroundServiceType(message)
        }
        codes::ERROR_BACKGROUND_SERVICE_START_NOT_ALLOWED => {
            Exception::BackgroundServiceStartNotAllowed(message)
        }
        codes::ERROR_START_FOREGROUND_CALLED_ON_STOPPED_SERVICE => {
            Exception::StartForegroundCalledOnStoppedService(message)
        }
        _ => return None,
    })
}

/// Whether the caller heard what the service noted.
pub(super) fn agree(heard: &Heard, noted: Option<&Result<Reply, Exception>>) -> bool {
    match (heard, noted) {
        (Ok(said), None) => said == VOID,
        (Ok(said), Some(Ok(reply))) => {
            // Some booleans of the interface are numbers of the model.
            let truth = matches!(reply, Reply::Int(number) if *said == (*number > 0).to_string());
            said == VOID || truth || *said == spelled(reply)
        }
        (Err(status), Some(Err(noted))) => match noted {
            // Arrives as its base class, as on Android.
            Exception::LimitExceeded(message) => {
                exception_of(status) == Some(Exception::IllegalState(message.clone()))
            }
            _ => exception_of(status).as_ref() == Some(noted),
        },
        (Ok(_), Some(Err(_))) | (Err(_), None | Some(Ok(_))) => false,
    }
}

/// A reply as the typed method would have spelled it.
fn spelled(reply: &Reply) -> String {
    match reply {
        Reply::Nothing => VOID.to_owned(),
        Reply::Boolean(value) => value.to_string(),
        Reply::Int(value) => value.to_string(),
        Reply::Job(job) => format!("{:?}", job.as_deref().map(wire::job)),
        Reply::Jobs(jobs) => format!("{:?}", jobs.iter().map(wire::job).collect::<Vec<_>>()),
        Reply::JobsByNamespace(all) => {
            let all = all.iter().map(|(name, jobs)| wire::namespaced(name.as_ref(), jobs));
            format!("{:?}", all.collect::<Vec<_>>())
        }
        Reply::Snapshots(all) => {
            format!("{:?}", all.iter().map(wire::snapshot).collect::<Vec<_>>())
        }
        Reply::Work(work) => format!("{:?}", work.as_deref().map(wire::work)),
        Reply::Component(component) => {
            format!("{:?}", component.as_ref().map(wire::component))
        }
        Reply::Shell { exit_code, output } => {
            format!("{:?}", ShellResult { exitCode: *exit_code, output: output.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_is_compared_with_what_was_noted() {
        let int = |number| Some(Ok(Reply::Int(number)));
        let thrown = |exception| Some(Err(exception));
        let state = || Status::from((ExceptionCode::IllegalState, "too many"));
        let limit = || Exception::LimitExceeded("too many".to_owned());
        let table = [
            (Ok("1".to_owned()), int(1), true),
            (Ok("1".to_owned()), int(0), false),
            (Ok("true".to_owned()), int(1), true),
            (Ok("true".to_owned()), int(0), false),
            (Ok(VOID.to_owned()), int(7), true),
            (Ok(VOID.to_owned()), None, true),
            (Ok("1".to_owned()), None, false),
            (Ok("None".to_owned()), Some(Ok(Reply::Job(None))), true),
            (Err(state()), thrown(limit()), true),
            (Err(state()), thrown(Exception::IllegalState("other".to_owned())), false),
            (Err(state()), thrown(Exception::Security("too many".to_owned())), false),
            (Err(state()), int(1), false),
            (Ok(VOID.to_owned()), thrown(limit()), false),
        ];
        for (heard, noted, expected) in table {
            assert_eq!(agree(&heard, noted.as_ref()), expected, "{heard:?} {noted:?}");
        }
    }
}
