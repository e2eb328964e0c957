//! The steps of a vector that are calls of the scheduler's interface, and how their answers are written.

use std::sync::Arc;

use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::job::info::{JobInfo, JobWorkItem, WorkIntent};
use jobwarden_model::{Exception, Reply, Uid, UserId};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::Described;

/// What a step answered, apart from its events.
pub(in crate::vectors) enum Answer {
    Nothing,
    Result(Value),
    Throws(Exception),
}

impl Answer {
    /// An entry of the trace.
    pub(in crate::vectors) fn told(
        self,
        events: Vec<Value>,
        restricted: Map<String, Value>,
    ) -> Value {
        let mut told = Map::new();
        match self {
            Self::Nothing => {}
            Self::Result(value) => {
                told.insert("result".to_owned(), value);
            }
            Self::Throws(exception) => {
                told.insert("throws".to_owned(), json!(exception.class_name()));
            }
        }
        if !restricted.is_empty() {
            told.insert("restricted".to_owned(), Value::Object(restricted));
        }
        if !events.is_empty() {
            told.insert("events".to_owned(), Value::Array(events));
        }
        Value::Object(told)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Work {
    intent: Option<Intent>,
    download_bytes: i64,
    upload_bytes: i64,
    minimum_chunk_bytes: i64,
    delivery_count: i32,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            intent: None,
            download_bytes: -1,
            upload_bytes: -1,
            minimum_chunk_bytes: -1,
            delivery_count: 0,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Intent {
    flags: i32,
    data: Option<String>,
    clip: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::vectors) struct Many {
    pub(in crate::vectors) count: i32,
    #[serde(default = "one")]
    pub(in crate::vectors) id_step: i32,
    #[serde(default)]
    pub(in crate::vectors) every_ms: i64,
    package: Option<String>,
}

fn one() -> i32 {
    1
}

/// The arguments of a step.
pub(in crate::vectors) struct Args<'a>(pub(in crate::vectors) &'a [Value]);

impl Args<'_> {
    pub(in crate::vectors) fn value(&self, index: usize) -> &Value {
        self.0.get(index).unwrap_or(&Value::Null)
    }

    pub(in crate::vectors) fn name(&self) -> &str {
        self.value(0).as_str().unwrap_or_default()
    }

    pub(in crate::vectors) fn text(&self, index: usize) -> Option<String> {
        self.value(index).as_str().map(str::to_owned)
    }

    pub(in crate::vectors) fn required(&self, index: usize) -> Result<&str, String> {
        self.value(index).as_str().ok_or_else(|| format!("argument {index} is no text"))
    }

    pub(in crate::vectors) fn long(&self, index: usize) -> Result<i64, String> {
        self.value(index).as_i64().ok_or_else(|| format!("argument {index} is no number"))
    }

    pub(in crate::vectors) fn int(&self, index: usize) -> Result<i32, String> {
        i32::try_from(self.long(index)?).map_err(|why| why.to_string())
    }

    pub(in crate::vectors) fn number(&self, index: usize) -> Result<usize, String> {
        usize::try_from(self.long(index)?).map_err(|why| why.to_string())
    }

    pub(in crate::vectors) fn uid(&self, index: usize) -> Result<Uid, String> {
        u32::try_from(self.long(index)?).map(Uid).map_err(|why| why.to_string())
    }

    pub(in crate::vectors) fn user(&self, index: usize) -> Result<UserId, String> {
        u32::try_from(self.long(index)?).map(UserId).map_err(|why| why.to_string())
    }

    pub(in crate::vectors) fn flag(&self, index: usize) -> bool {
        self.value(index).as_bool().unwrap_or_default()
    }
}

impl Args<'_> {
    /// The description that the step names, built by the app `uid`.
    pub(in crate::vectors) fn job_info(
        &self,
        described: &[Described],
        uid: Uid,
    ) -> Result<Option<Box<JobInfo>>, String> {
        if self.value(2).is_null() {
            return Ok(None);
        }
        let described = described.get(self.number(2)?).ok_or("no such description")?;
        Ok(Some(Box::new(described.job_info(uid)?)))
    }

    /// `schedule`, `enqueue` or `scheduleAsPackage` as a call.
    pub(in crate::vectors) fn schedule(&self, job: Option<Box<JobInfo>>) -> Result<Call, String> {
        let namespace = self.text(3);
        Ok(match self.name() {
            "schedule" => Call::Schedule { namespace, job },
            "enqueue" => Call::Enqueue { namespace, job, work: work(self.value(4))? },
            _ => Call::ScheduleAsPackage {
                namespace,
                job,
                package: self.text(4),
                user: self.int(5)?,
                tag: self.text(6),
            },
        })
    }

    /// Every other step that is a call; observers go by their place in the list.
    pub(in crate::vectors) fn query(&self, observers: &mut Vec<String>) -> Result<Call, String> {
        Ok(match self.name() {
            "cancel" => Call::Cancel { namespace: self.text(2), id: self.int(3)? },
            "cancelAll" => Call::CancelAll,
            "cancelAllInNamespace" => Call::CancelAllInNamespace { namespace: self.text(2) },
            "getPendingJob" => Call::GetPendingJob { namespace: self.text(2), id: self.int(3)? },
            "getAllPendingJobs" => Call::GetAllPendingJobs,
            "getAllPendingJobsInNamespace" => {
                Call::GetAllPendingJobsInNamespace { namespace: self.text(2) }
            }
            "getPendingJobReason" => {
                Call::GetPendingJobReason { namespace: self.text(2), id: self.int(3)? }
            }
            "canRunUserInitiatedJobs" => {
                Call::CanRunUserInitiatedJobs { package: self.required(2)?.to_owned() }
            }
            "hasRunUserInitiatedJobsPermission" => Call::HasRunUserInitiatedJobsPermission {
                package: self.required(2)?.to_owned(),
                user: self.int(3)?,
            },
            "getStartedJobs" => Call::GetStartedJobs,
            "getAllJobSnapshots" => Call::GetAllJobSnapshots,
            "registerUserVisibleJobObserver" => Call::RegisterUserVisibleJobObserver {
                observer: number_of(self.text(2), observers),
            },
            "unregisterUserVisibleJobObserver" => Call::UnregisterUserVisibleJobObserver {
                observer: number_of(self.text(2), observers),
            },
            "notePendingUserRequestedAppStop" => Call::NotePendingUserRequestedAppStop {
                package: self.text(2),
                user: self.int(3)?,
                debug_reason: None,
            },
            other => return Err(format!("unknown step {other}")),
        })
    }
}

fn number_of(name: Option<String>, observers: &mut Vec<String>) -> Option<u64> {
    let name = name?;
    let known = observers.iter().position(|known| *known == name);
    let index = known.unwrap_or_else(|| {
        observers.push(name);
        observers.len() - 1
    });
    u64::try_from(index).ok()
}

impl Many {
    pub(in crate::vectors) fn read(args: &Args<'_>) -> Result<Self, String> {
        serde_json::from_value(args.value(4).clone()).map_err(|why| why.to_string())
    }

    /// The call with this index, and the id it is about.
    pub(in crate::vectors) fn call(
        &self,
        index: i32,
        mut job: Box<JobInfo>,
        namespace: Option<String>,
        uid: Uid,
    ) -> Result<(i32, Call), String> {
        job.id = job.id.wrapping_add(index.wrapping_mul(self.id_step));
        let (id, job) = (job.id, Some(job));
        let call = match &self.package {
            None => Call::Schedule { namespace, job },
            Some(package) => Call::ScheduleAsPackage {
                namespace,
                job,
                package: Some(package.clone()),
                user: i32::try_from(uid.user().0).map_err(|why| why.to_string())?,
                tag: None,
            },
        };
        Ok((id, call))
    }
}

/// As the scheduler trims it.
pub(in crate::vectors) fn trimmed(namespace: Option<&str>) -> Option<Arc<str>> {
    namespace.map(|name| name.trim_matches(|c: char| c <= ' ').into())
}

/// Steps whose events come in no fixed order.
pub(in crate::vectors) fn concerns_many_jobs(step: &str) -> bool {
    [
        "cancelAll",
        "cancelAllInNamespace",
        "shellCancel",
        "packageRemoved",
        "packageDisabled",
        "packageChanged",
        "packageUpdated",
        "forceStop",
        "clearData",
        "uidGone",
        "uidIdle",
        "userStarted",
        "userStopping",
        "userRemoved",
    ]
    .contains(&step)
}

pub(in crate::vectors) fn scheduled(reply: Result<Reply, Exception>) -> Answer {
    match reply {
        Ok(Reply::Int(1)) => Answer::Result(json!("RESULT_SUCCESS")),
        Ok(_) => Answer::Result(json!("RESULT_FAILURE")),
        Err(exception) => Answer::Throws(exception),
    }
}

fn work(value: &Value) -> Result<Option<Box<JobWorkItem>>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let work: Work = serde_json::from_value(value.clone()).map_err(|why| why.to_string())?;
    Ok(Some(Box::new(JobWorkItem {
        intent: work.intent.map(|intent| WorkIntent {
            flags: intent.flags,
            data: intent.data,
            clip: intent.clip,
        }),
        download_bytes: work.download_bytes,
        upload_bytes: work.upload_bytes,
        minimum_chunk_bytes: work.minimum_chunk_bytes,
        delivery_count: work.delivery_count,
        ..JobWorkItem::default()
    })))
}
