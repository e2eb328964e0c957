//! How people name who answers: `model`, `service`, `exec:PROGRAM`.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use jobwarden_model::Platform;

use super::{Adapter, AdapterError, Exec, InProcess, Service};

/// Who answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AdapterName {
    /// The model in this process.
    Model,
    /// A service over binder: this program, or the usual one.
    Service(Option<PathBuf>),
    /// A program that speaks the protocol of `docs/adapter.md`.
    Exec(String),
}

impl FromStr for AdapterName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.split_once(':') {
            None if name == "model" => Ok(Self::Model),
            None if name == "service" => Ok(Self::Service(None)),
            Some(("service", program)) if !program.is_empty() => {
                Ok(Self::Service(Some(PathBuf::from(program))))
            }
            Some(("exec", program)) if !program.is_empty() => Ok(Self::Exec(program.to_owned())),
            Some(_) | None => {
                Err("expected `model`, `service`, `service:PROGRAM` or `exec:PROGRAM`".to_owned())
            }
        }
    }
}

impl AdapterName {
    /// Starts a fresh implementation; `jobwarden` is the usual program of a service.
    ///
    /// # Errors
    ///
    /// It does not start.
    pub fn start(&self, jobwarden: &Path) -> Result<Box<dyn Adapter>, AdapterError> {
        Ok(match self {
            Self::Model => Box::new(InProcess::new(Platform::android_14())),
            Self::Service(program) => {
                Box::new(Service::start(program.as_deref().unwrap_or(jobwarden))?)
            }
            Self::Exec(program) => Box::new(Exec::start(program)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_nonsense_is_refused() {
        let read = |name: &str| name.parse::<AdapterName>();
        assert_eq!(read("model"), Ok(AdapterName::Model));
        assert_eq!(read("service"), Ok(AdapterName::Service(None)));
        assert_eq!(read("service:/bin/x"), Ok(AdapterName::Service(Some("/bin/x".into()))));
        assert_eq!(read("exec:a b"), Ok(AdapterName::Exec("a b".into())));
        for nonsense in ["", "exec", "exec:", "service:", "models", "model:x"] {
            assert!(read(nonsense).is_err(), "{nonsense}");
        }
    }
}
