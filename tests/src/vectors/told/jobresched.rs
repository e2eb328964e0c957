//! Slice `jobresched`, told: the job is run by the shell at the recorded times, ends or is stopped with the
//! recorded reasons, and the app asks for it again.
//!
//! What is compared: whether the job is scheduled again, whether and until when it waits for its time,
//! whether its deadline has passed when it starts, and as what it starts.

use jobwarden_model::job::info::JobParameters;
use jobwarden_model::job::{InternalStopReason, PendingJobReason, StopReason};
use serde_json::{json, Value};

use super::single::{Single, JOB_ID};
use super::Untold;
use crate::adapter::Adapter;
use crate::vectors::job_description::named;
use crate::vectors::jobresched::Input;
use crate::vectors::{differences, Difference, Vector};

/// What can be seen of a job that waits to run.
#[derive(Clone, Copy)]
struct Schedule<'a>(&'a Value);

impl Schedule<'_> {
    fn time(&self, key: &str) -> Option<i64> {
        self.0[key].as_i64()
    }

    fn has_flag(&self, flag: &str) -> bool {
        self.0["internalFlags"].as_array().is_some_and(|flags| flags.iter().any(|f| f == flag))
    }

    /// What a device shows of it at this time since the job was scheduled first.
    fn visible(&self, now: i64) -> Value {
        if self.0.is_null() {
            return json!({ "scheduled": false });
        }
        let waits = self.time("earliestRunTime").filter(|at| *at > now);
        json!({ "scheduled": true, "waits": waits.is_some() })
    }

    /// As what the job starts.
    fn start(&self, input: &Input, now: i64) -> Value {
        let asked = |call: &str| input.job.calls.iter().any(|known| known[0] == call);
        let by_user = self.has_flag("DEMOTED_BY_USER");
        let by_system = self.has_flag("DEMOTED_BY_SYSTEM_UIJ");
        json!({
            "expedited": asked("setExpedited"),
            "userInitiated": asked("setUserInitiated") && !by_user && !by_system,
            "deadlineExpired": self.time("latestRunTime").is_some_and(|at| at < now),
        })
    }
}

pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input: Input = serde_json::from_value(vector.input.clone())
        .map_err(|why| Untold::NotUnderstood(why.to_string()))?;
    if input.execution_time_per_run_ms != 0 {
        return Err(Untold::Inexpressible("execution time without time"));
    }
    let job = input.job.job_info(JOB_ID).map_err(Untold::NotUnderstood)?;
    let mut single = Single::new(adapter, job, input.job.uid)?;
    single.network(true)?;
    for (key, value) in &input.device_config {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        single.stage.configure(key, text)?;
    }
    single.schedule()?;
    let schedules = vector.expect["schedules"].as_array().map(Vec::as_slice).unwrap_or_default();
    let (mut now, mut recorded, mut told) = (0, Vec::new(), Vec::new());
    let mut found = Vec::new();
    for (index, schedule) in schedules.iter().enumerate() {
        recorded.push(Schedule(schedule).visible(now));
        told.push(shown(&mut single)?);
        let Some(run) = input.runs.get(index).filter(|_| !schedule.is_null()) else { break };
        let millis = run.first().and_then(Value::as_i64);
        let millis = millis.ok_or_else(|| Untold::NotUnderstood("run without a time".into()))?;
        found.extend(wait(&mut single, Schedule(schedule), now, Some(millis))?);
        now += millis;
        recorded.push(Schedule(schedule).start(&input, now));
        told.push(self::run(&mut single, run)?);
    }
    if let Some(last) = schedules.last() {
        found.extend(wait(&mut single, Schedule(last), now, None)?);
    }
    found.extend(differences(&json!(recorded), &json!(told)));
    Ok(found)
}

/// What the device shows of the job.
fn shown(single: &mut Single<'_>) -> Result<Value, Untold> {
    if !single.is_scheduled()? {
        return Ok(json!({ "scheduled": false }));
    }
    single.look()?;
    let waits = single.reason()? == Some(PendingJobReason::ConstraintMinimumLatency);
    Ok(json!({ "scheduled": true, "waits": waits }))
}

/// One run, started by force: as what it started.
fn run(single: &mut Single<'_>, run: &[Value]) -> Result<Value, Untold> {
    single.shell("run", &["-f"])?;
    single.stage.effects();
    let Some((execution, started)) = single.slots.start_next(&mut single.stage)? else {
        return Ok(json!("does not start"));
    };
    if run.get(1).and_then(Value::as_str) == Some("success") {
        single.slots.finish(&mut single.stage, execution, false)?;
    } else {
        let reason = |index: usize| run.get(index).and_then(Value::as_str).unwrap_or_default();
        let internal: InternalStopReason = named(reason(3)).map_err(Untold::NotUnderstood)?;
        if internal != InternalStopReason::SuccessfulFinish {
            let public: StopReason = named(reason(2)).map_err(Untold::NotUnderstood)?;
            let (public, internal) = (public.code().to_string(), internal.code().to_string());
            single.shell("stop", &["-u", "0", "-s", &public, "-i", &internal])?;
            single.slots.is_stopping(execution);
        }
        single.slots.finish(&mut single.stage, execution, true)?;
    }
    let effects = single.stage.effects();
    single.slots.note_binds(&effects);
    single.slots.keep_busy(&mut single.stage)?;
    Ok(as_what(&started))
}

fn as_what(started: &JobParameters) -> Value {
    json!({
        "expedited": started.expedited,
        "userInitiated": started.user_initiated,
        "deadlineExpired": started.deadline_expired,
    })
}

/// Time passes, at the end until the job may run: it is not ready a moment before its time, and is then.
fn wait(
    single: &mut Single<'_>,
    schedule: Schedule<'_>,
    now: i64,
    millis: Option<i64>,
) -> Result<Vec<Difference>, Untold> {
    let earliest = schedule.time("earliestRunTime").map(|at| at - now).filter(|wait| *wait > 0);
    let Some(first) = earliest.filter(|wait| millis.is_none_or(|millis| *wait <= millis)) else {
        single.stage.wait(millis.unwrap_or_default())?;
        return Ok(Vec::new());
    };
    let mut ready = |millis| -> Result<bool, Untold> {
        single.stage.wait(millis)?;
        single.look()?;
        single.is_ready()
    };
    let told = json!({ "aMomentBefore": ready(first - 1)?, "atItsTime": ready(1)? });
    single.stage.wait(millis.map_or(0, |millis| millis - first))?;
    Ok(differences(&json!({ "aMomentBefore": false, "atItsTime": true }), &told))
}
