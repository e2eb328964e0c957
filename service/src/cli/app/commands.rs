//! What the person at the app's screen does: one command a line.

use std::io::BufRead;
use std::process::exit;
use std::sync::Arc;

use jobwarden_service::ipc::aidl::ComponentName::ComponentName;
use jobwarden_service::ipc::aidl::JobInfo::JobInfo;
use jobwarden_service::ipc::aidl::NetworkRequest::NetworkRequest;
use jobwarden_service::ipc::binder::Status;
use jobwarden_service::ipc::status::exception_of;

use super::Platform;

/// `JobInfo.FLAG_USER_INITIATED`.
const USER_INITIATED: i32 = 32;
/// `JobInfo.PRIORITY_MAX`: what the builder sets for a user-initiated job. Rule: JOB-VAL-012.
const PRIORITY_MAX: i32 = 500;
/// What `setRequiredNetworkType(NETWORK_TYPE_ANY)` asks for. Rule: JOB-VAL-019.
const ANY_NETWORK: [i32; 4] = [12, 14, 16, 28];

/// Reads commands and carries them out.
pub(super) struct Commands {
    pub(super) platform: Arc<Platform>,
    pub(super) bytes: u64,
}

impl Commands {
    /// Until `quit`, or until nobody types any more.
    pub(super) fn run(&self) {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let mut words = line.split_whitespace();
            let Some(command) = words.next() else { continue };
            let id = words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
            match self.carry_out(command, id) {
                Ok(Some(answer)) => println!("{command} {id} -> {answer}"),
                Ok(None) => break,
                Err(status) => println!("{command} {id} -> {}", describe(&status)),
            }
        }
        exit(0);
    }

    fn carry_out(&self, command: &str, id: i32) -> Result<Option<String>, Status> {
        let jobs = &self.platform.jobs;
        Ok(Some(match command {
            "schedule" => match jobs.schedule(None, Some(&self.download(id)))? {
                1 => "RESULT_SUCCESS".to_owned(),
                _ => "RESULT_FAILURE".to_owned(),
            },
            "cancel" => jobs.cancel(None, id).map(|()| "done".to_owned())?,
            "reason" => format!("reason {}", jobs.getPendingJobReason(None, id)?),
            "short-service" => {
                let service = self.component(".Short");
                let package = Some(self.platform.package.as_str());
                match self.platform.services.startForegroundService(&service, package, 0)? {
                    Some(started) => format!("started {}", started.className),
                    None => "no such service".to_owned(),
                }
            }
            "quit" => return Ok(None),
            other => format!("unknown command `{other}`"),
        }))
    }

    fn component(&self, class: &str) -> ComponentName {
        ComponentName {
            packageName: self.platform.package.clone(),
            className: format!("{}{class}", self.platform.package),
        }
    }

    /// A user-initiated download, as `JobInfo.Builder` would make it.
    fn download(&self, id: i32) -> JobInfo {
        let network =
            NetworkRequest { capabilities: ANY_NETWORK.to_vec(), ..NetworkRequest::default() };
        JobInfo {
            id,
            service: self.component(".Downloads"),
            requiredNetwork: Some(network),
            networkDownloadBytes: i64::try_from(self.bytes).unwrap_or(i64::MAX),
            flags: USER_INITIATED,
            priority: PRIORITY_MAX,
            ..JobInfo::default()
        }
    }
}

fn describe(status: &Status) -> String {
    match exception_of(status) {
        Some(exception) => format!("{}: {exception}", exception.class_name()),
        None => format!("the service is gone: {status}"),
    }
}
