//! Slice `jobapi`: the scheduler's service interface and its job store, on a device on which no job starts
//! by itself.

pub(super) mod call;
pub(super) mod outcome;
mod rooms;
mod step;
pub(super) mod world;

use std::collections::BTreeMap;

use jobwarden_model::job::constants::Constants;
use jobwarden_model::job::info::{BuildingApp, ClipData, JobInfo, JobInfoBuilder};
use jobwarden_model::job::scheduler::{UserEvent, World};
use jobwarden_model::job::{Constraints, JobKey, RecordId};
use jobwarden_model::looper::{Looper, Posted};
use jobwarden_model::{ComponentName, Now, Output, Uid, UserId, Wall};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use self::rooms::{Imagined, Scheduler, Told};
use self::world::Platform;
use super::job_description::{apply, device_config};

/// Where the elapsed clock starts.
const START: i64 = 1_000_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    pub(super) apps: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) uids: BTreeMap<u32, Value>,
    pub(super) jobs: Vec<Described>,
    #[serde(default)]
    pub(super) satisfied: Vec<String>,
    #[serde(default)]
    pub(super) ungrantable_uris: Vec<String>,
    #[serde(default = "user_0")]
    pub(super) started_users: Vec<u32>,
    #[serde(default)]
    pub(super) device_config: Map<String, Value>,
    pub(super) steps: Vec<Vec<Value>>,
}

fn user_0() -> Vec<u32> {
    vec![0]
}

#[derive(Clone, Deserialize)]
pub(super) struct Described {
    id: i32,
    service: String,
    calls: Vec<Value>,
}

impl Input {
    /// All calls on builders.
    pub(super) fn calls(&self) -> Vec<&Value> {
        self.jobs.iter().flat_map(|job| &job.calls).collect()
    }
}

impl Described {
    /// Whether this is among the calls on its builder.
    pub(super) fn asks(&self, call: &str) -> bool {
        self.calls.iter().any(|known| known[0] == call)
    }

    /// A fresh copy, built by the app `uid`.
    pub(super) fn job_info(&self, uid: Uid) -> Result<JobInfo, String> {
        let (package, class) = self.service.split_once('/').ok_or("not a component")?;
        let service = ComponentName::new(package, class);
        let app = BuildingApp::new(Some(uid), 34);
        let mut builder = JobInfoBuilder::new(app, self.id, service);
        for call in &self.calls {
            if call[0] == "setClipData" {
                let clip = serde_json::from_value(call[1].clone()).map_err(|e| e.to_string())?;
                let clip = clip_data(clip);
                let flags = call[2].as_i64().and_then(|flags| i32::try_from(flags).ok());
                builder.set_clip_data(clip, flags.ok_or("not flags")?);
            } else {
                apply(&mut builder, call)?.map_err(|why| format!("{call}: {why}"))?;
            }
        }
        Ok(builder.build_unchecked())
    }
}

fn clip_data(uris: Option<Vec<String>>) -> Option<ClipData> {
    uris.map(|uris| ClipData { uris })
}

/// Which description a record was made from.
#[derive(Clone, Copy, Debug)]
struct Origin {
    job: usize,
    /// One of many: only counted.
    of_many: bool,
}

/// The device in the middle of a vector.
struct Device {
    scheduler: Scheduler,
    platform: Platform,
    looper: Looper,
    out: Output,
    now: Now,
    described: Vec<Described>,
    origins: BTreeMap<RecordId, Origin>,
    /// Names of observers; the index is the number they go by.
    observers: Vec<String>,
}

impl Device {
    fn new(input: &Input) -> Result<Self, String> {
        let mut platform = Platform::default();
        for (package, members) in &input.apps {
            platform.set_app(package, members)?;
        }
        for (&uid, members) in &input.uids {
            platform.set_uid(Uid(uid), members)?;
        }
        platform.ungrantable = input.ungrantable_uris.iter().cloned().collect();
        let mut satisfied = Constraints::NONE;
        for name in &input.satisfied {
            let name = if name == "DEVICE_IDLE" { "IDLE" } else { name };
            let known = Constraints::NAMED.iter().find(|(_, known)| *known == name);
            satisfied = satisfied | known.ok_or_else(|| format!("unknown constraint {name}"))?.0;
        }
        let mut scheduler = Scheduler::with_rooms(Told { satisfied }, Imagined::default());
        let config = device_config(&input.device_config);
        let constants = Constants::android_14().with_config(&config);
        scheduler.configure(constants).map_err(|why| why.to_string())?;
        let now = Now::at_boot(Wall(1_700_000_000_000)).awake_for(START);
        let mut device = Self {
            scheduler,
            platform,
            looper: Looper::default(),
            out: Output::new(),
            now,
            described: input.jobs.clone(),
            origins: BTreeMap::new(),
            observers: Vec::new(),
        };
        let users = input.started_users.clone();
        device.act(|scheduler, world| {
            for user in users {
                scheduler.on_user_event(UserEvent::Starting, UserId(user), world);
            }
            scheduler.on_third_party_apps_can_start(world);
        });
        Ok(device)
    }

    /// Does something, and then what the scheduler told itself meanwhile.
    fn act<R>(&mut self, act: impl FnOnce(&mut Scheduler, &mut World<'_>) -> R) -> R {
        let mut world = World {
            now: self.now,
            neighbours: &mut self.platform,
            looper: &mut self.looper,
            out: &mut self.out,
        };
        let result = act(&mut self.scheduler, &mut world);
        while let Some(posted) = world.looper.pop_posted() {
            if let Posted::Job(posted) = posted {
                self.scheduler.on_posted(posted, &mut world);
            }
        }
        result
    }

    /// A record that appeared under this key was made from that description.
    fn note_origin(&mut self, key: &JobKey, origin: Origin) {
        if let Some(record) = self.scheduler.board().find(key) {
            self.origins.entry(record).or_insert(origin);
        }
    }

    /// The store at the end.
    fn jobs(&self) -> (Vec<Value>, Map<String, Value>) {
        let mut many: BTreeMap<Uid, u64> = BTreeMap::new();
        let mut jobs = Vec::new();
        for job in self.scheduler.jobs() {
            let Some(origin) = self.origins.get(&job.record()) else { continue };
            if origin.of_many {
                *many.entry(job.calling_uid()).or_default() += 1;
                continue;
            }
            let key = job.key();
            jobs.push((key, outcome::stored(self, job, origin.job)));
        }
        jobs.sort_by(|(one, _), (other, _)| one.cmp(other));
        let many = many.into_iter().map(|(uid, count)| (uid.to_string(), json!(count)));
        (jobs.into_iter().map(|(_, job)| job).collect(), many.collect())
    }
}

/// What the scheduler answers.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|why| why.to_string())?;
    let mut device = Device::new(&input)?;
    let mut trace = Vec::new();
    for step in &input.steps {
        trace.push(device.step(step).map_err(|why| format!("{step:?}: {why}"))?);
    }
    let (jobs, many) = device.jobs();
    let mut answer = json!({ "trace": trace, "jobs": jobs });
    if !many.is_empty() {
        answer["manyJobs"] = Value::Object(many);
    }
    Ok(answer)
}
