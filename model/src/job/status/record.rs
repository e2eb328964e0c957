//! What a record is made from: who asked for the job, and the life it has had so far.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Constraints;
use crate::codes::codes;
use crate::ids::{Uid, UserId};
use crate::job::bucket::StandbyBucket;
use crate::job::constants::MAX_ALLOWED_PERIOD_MS;
use crate::job::info::{JobInfo, MIN_FLEX_MILLIS, MIN_PERIOD_MILLIS};
use crate::job::RecordId;
use crate::time::{Elapsed, Wall};

/// `JobStatus.NO_EARLIEST_RUNTIME`: there is no delay.
pub const NO_EARLIEST_RUNTIME: Elapsed = Elapsed(0);
/// `JobStatus.NO_LATEST_RUNTIME`: there is no deadline.
pub const NO_LATEST_RUNTIME: Elapsed = Elapsed(i64::MAX);
/// `JobStatus.MIN_WINDOW_FOR_FLEXIBILITY_MS`. Rules: JOB-CONST-007, JOB-INFO-028.
pub const MIN_WINDOW_FOR_FLEXIBILITY_MS: i64 = 3_600_000;

/// The media collections whose backup is important to the user. Rule: JOB-INFO-040.
const MEDIA_URIS_FOR_STANDBY_EXEMPTION: [&str; 2] =
    ["content://media/external/images/media", "content://media/external/video/media"];

/// Names a job: the same id may exist once per namespace and calling uid. Rule: JOB-INFO-017.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct JobKey {
    /// The uid that scheduled it.
    pub uid: Uid,
    /// `None`: the default namespace.
    pub namespace: Option<Arc<str>>,
    /// The id the app chose.
    pub id: i32,
}

/// The app a job runs for, where that is not the caller. Rule: JOB-INFO-018.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Source {
    /// Its package.
    pub package: Arc<str>,
    /// Its user.
    pub user: UserId,
    /// What the package manager answered for the two.
    pub uid: Uid,
    /// A tag for battery attribution.
    pub tag: Option<Arc<str>>,
}

/// Who asked for a job, and what the rest of the system says of the app it runs for.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Origin {
    /// The identity of the new record.
    pub record: RecordId,
    /// The uid that scheduled the job.
    pub calling_uid: Uid,
    /// `None`: the default namespace.
    pub namespace: Option<Arc<str>>,
    /// `None`: no source was named, or its package was not found. Rule: JOB-INFO-018.
    pub source: Option<Source>,
    /// The bucket of the app it runs for. Rule: JOB-INFO-026.
    pub standby_bucket: StandbyBucket,
    /// The source package is the cloud media provider of the source user. Rule: JOB-INFO-040.
    pub is_cloud_media_provider: bool,
}

/// What earlier incarnations of a job left to this one; the default is that of a fresh job.
/// Rule: JOB-INFO-034.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Lifetime {
    /// [`NO_EARLIEST_RUNTIME`]: no delay.
    pub earliest_run_time: Elapsed,
    /// [`NO_LATEST_RUNTIME`]: no deadline.
    pub latest_run_time: Elapsed,
    /// How often it failed.
    pub num_failures: i32,
    /// How often the system stopped it.
    pub num_system_stops: i32,
    /// 0: never.
    pub last_successful_run_time: Wall,
    /// 0: never.
    pub last_failed_run_time: Wall,
    /// Milliseconds.
    pub cumulative_execution_time_ms: i64,
    /// Demotions and exemptions.
    pub internal_flags: InternalFlags,
    /// Constraints that the system imposed.
    pub dynamic_constraints: Constraints,
}

impl Default for Lifetime {
    fn default() -> Self {
        Self {
            earliest_run_time: NO_EARLIEST_RUNTIME,
            latest_run_time: NO_LATEST_RUNTIME,
            num_failures: 0,
            num_system_stops: 0,
            last_successful_run_time: Wall(0),
            last_failed_run_time: Wall(0),
            cumulative_execution_time_ms: 0,
            internal_flags: InternalFlags::NONE,
            dynamic_constraints: Constraints::NONE,
        }
    }
}

/// `JobStatus.INTERNAL_FLAG_*`: of the record, never of the description. Rules: JOB-INFO-033, JOB-READY-007.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct InternalFlags(pub i32);

impl InternalFlags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// `INTERNAL_FLAG_HAS_FOREGROUND_EXEMPTION`: scheduled from the foreground.
    pub const HAS_FOREGROUND_EXEMPTION: Self = Self(1);
    /// `INTERNAL_FLAG_DEMOTED_BY_USER`: the user stopped it.
    pub const DEMOTED_BY_USER: Self = Self(2);
    /// `INTERNAL_FLAG_DEMOTED_BY_SYSTEM_UIJ`: used up its time as a user-initiated job.
    pub const DEMOTED_BY_SYSTEM_UIJ: Self = Self(4);

    /// Every flag with its name, lowest bit first.
    pub const NAMED: &'static [(Self, &'static str)] = &[
        (Self::HAS_FOREGROUND_EXEMPTION, "HAS_FOREGROUND_EXEMPTION"),
        (Self::DEMOTED_BY_USER, "DEMOTED_BY_USER"),
        (Self::DEMOTED_BY_SYSTEM_UIJ, "DEMOTED_BY_SYSTEM_UIJ"),
    ];

    /// Some flag of `other` is set.
    #[inline]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// These and those of `other`.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The names of the flags that are set, lowest bit first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().filter(move |(flag, _)| self.intersects(*flag)).map(|(_, name)| *name)
    }
}

codes! {
    /// `JobStatus.OVERRIDE_*`: how far the shell's `run` goes. Rules: JOB-INFO-042, JOB-READY-060.
    OverrideState {
        /// Not at all.
        None = 0, "NONE";
        /// Only the order in the queue.
        Sorting = 1, "SORTING";
        /// What is not functional counts as satisfied.
        Soft = 2, "SOFT";
        /// Every constraint of the app counts as satisfied.
        Full = 3, "FULL";
    }
}

/// The run window on the wall clock, as it stands in the jobs file.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct PersistedUtcTimes {
    /// 0: no delay.
    pub earliest: Wall,
    /// `i64::MAX`: no deadline.
    pub latest: Wall,
}

/// Content that triggered a job.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ChangedContent {
    /// The uris that changed, unless there were too many.
    pub uris: BTreeSet<String>,
    /// Their authorities.
    pub authorities: BTreeSet<String>,
}

impl Origin {
    /// A job that the app `calling_uid` schedules for itself, while its bucket is active.
    pub fn own(record: RecordId, calling_uid: Uid) -> Self {
        Self {
            record,
            calling_uid,
            namespace: None,
            source: None,
            standby_bucket: StandbyBucket::Active,
            is_cloud_media_provider: false,
        }
    }

    pub(super) fn source_uid(&self) -> Uid {
        self.source.as_ref().map_or(self.calling_uid, |source| source.uid)
    }

    /// Source uid, user, package and tag. Rule: JOB-INFO-018.
    pub(super) fn source_of(&mut self, job: &JobInfo) -> (Uid, UserId, Arc<str>, Option<Arc<str>>) {
        match self.source.take() {
            Some(source) => (source.uid, source.user, source.package, source.tag),
            None => {
                let package = Arc::clone(&job.service.package);
                (self.calling_uid, self.calling_uid.user(), package, None)
            }
        }
    }
}

/// `max(900000, min(365 days, interval))`. Rules: JOB-INFO-024, JOB-RESCHED-030.
pub(crate) fn effective_period(job: &JobInfo) -> i64 {
    job.interval_millis.clamp(MIN_PERIOD_MILLIS, MAX_ALLOWED_PERIOD_MS)
}

/// `max(300000, min(period, flex))`. Rules: JOB-INFO-024, JOB-RESCHED-030.
pub(crate) fn effective_flex(job: &JobInfo, period: i64) -> i64 {
    job.flex_millis.min(period).max(MIN_FLEX_MILLIS)
}

/// Earliest and latest time to run. The sums wrap. Rules: JOB-INFO-022, JOB-INFO-023, JOB-INFO-024.
pub(super) fn run_window(job: &JobInfo, now: Elapsed) -> (Elapsed, Elapsed) {
    if job.is_periodic {
        let period = effective_period(job);
        let latest = now.plus(period);
        return (latest.plus(effective_flex(job, period).wrapping_neg()), latest);
    }
    let earliest = if job.has_early_constraint {
        now.plus(job.min_latency_millis)
    } else {
        NO_EARLIEST_RUNTIME
    };
    let latest = if job.has_late_constraint {
        now.plus(job.max_execution_delay_millis)
    } else {
        NO_LATEST_RUNTIME
    };
    (earliest, latest)
}

/// The description as the record keeps it: its network request names the source uid.
/// Rule: JOB-INFO-041.
pub(super) fn with_request_uid(mut job: Arc<JobInfo>, source_uid: Uid) -> Arc<JobInfo> {
    let names_another = |job: &JobInfo| {
        job.required_network.as_ref().is_some_and(|request| request.uid != Some(source_uid))
    };
    if names_another(&job) {
        if let Some(request) = Arc::make_mut(&mut job).required_network.as_mut() {
            request.uid = Some(source_uid);
        }
    }
    job
}

/// How many preferred constraints there are to be flexible about; 0: FLEXIBLE is not required.
/// Rules: JOB-INFO-028, JOB-RESCHED-018.
pub(super) fn num_flexible_constraints(job: &JobInfo, lifetime: &Lifetime) -> u8 {
    let window = lifetime.latest_run_time.since(lifetime.earliest_run_time);
    let attempts = lifetime.num_failures.wrapping_add(lifetime.num_system_stops);
    let applies = !job.is_expedited()
        && !job.is_user_initiated()
        && window >= MIN_WINDOW_FOR_FLEXIBILITY_MS
        && attempts != 1;
    let preferred = job.preferred_constraint_flags.count_ones();
    if applies {
        u8::try_from(preferred).unwrap_or(u8::MAX)
    } else {
        0
    }
}

/// What the job waits for besides the implicit constraints. Rules: JOB-INFO-021, JOB-READY-002,
/// CTRL-GEN-002.
pub(super) fn required_constraints(
    job: &JobInfo,
    lifetime: &Lifetime,
    num_flexible: u8,
) -> Constraints {
    Constraints::from_flags(job.constraint_flags)
        .with_if(Constraints::CONNECTIVITY, job.required_network.is_some())
        .with_if(Constraints::TIMING_DELAY, lifetime.earliest_run_time != NO_EARLIEST_RUNTIME)
        .with_if(Constraints::DEADLINE, lifetime.latest_run_time != NO_LATEST_RUNTIME)
        .with_if(Constraints::PREFETCH, job.is_prefetch())
        .with_if(Constraints::CONTENT_TRIGGER, job.trigger_content_uris.is_some())
        .with_if(Constraints::FLEXIBLE, num_flexible != 0)
}

/// An empty list of triggers counts, no list does not. Rules: JOB-INFO-040, JOB-READY-013.
pub(super) fn has_exempted_media_uris_only(job: &JobInfo) -> bool {
    job.trigger_content_uris.as_ref().is_some_and(|triggers| {
        triggers.iter().all(|t| MEDIA_URIS_FOR_STANDBY_EXEMPTION.contains(&t.uri.as_str()))
    })
}
