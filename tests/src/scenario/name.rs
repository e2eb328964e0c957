//! Android's names for numbers, as scenarios spell them.

/// `JobParameters.STOP_REASON_*`, by number. Rule: JOB-STOP-001.
const STOP_REASONS: &[&str] = &[
    "UNDEFINED",
    "CANCELLED_BY_APP",
    "PREEMPT",
    "TIMEOUT",
    "DEVICE_STATE",
    "CONSTRAINT_BATTERY_NOT_LOW",
    "CONSTRAINT_CHARGING",
    "CONSTRAINT_CONNECTIVITY",
    "CONSTRAINT_DEVICE_IDLE",
    "CONSTRAINT_STORAGE_NOT_LOW",
    "QUOTA",
    "BACKGROUND_RESTRICTION",
    "APP_STANDBY",
    "USER",
    "SYSTEM_PROCESSING",
    "ESTIMATED_APP_LAUNCH_TIME_CHANGED",
];

/// `JobScheduler.PENDING_JOB_REASON_*`, from -2 on. Rule: JOB-API-073.
const PENDING_JOB_REASONS: &[&str] = &[
    "INVALID_JOB_ID",
    "EXECUTING",
    "UNDEFINED",
    "APP",
    "APP_STANDBY",
    "BACKGROUND_RESTRICTION",
    "CONSTRAINT_BATTERY_NOT_LOW",
    "CONSTRAINT_CHARGING",
    "CONSTRAINT_CONNECTIVITY",
    "CONSTRAINT_CONTENT_TRIGGER",
    "CONSTRAINT_DEVICE_IDLE",
    "CONSTRAINT_MINIMUM_LATENCY",
    "CONSTRAINT_PREFETCH",
    "CONSTRAINT_STORAGE_NOT_LOW",
    "DEVICE_STATE",
    "JOB_SCHEDULER_OPTIMIZATION",
    "QUOTA",
    "USER",
];

/// `PowerManager.THERMAL_STATUS_*`, by number. Rule: THERM-001.
const THERMAL_STATUSES: &[&str] =
    &["NONE", "LIGHT", "MODERATE", "SEVERE", "CRITICAL", "EMERGENCY", "SHUTDOWN"];

/// All other names with their numbers.
const OTHERS: &[(&str, i32)] = &[
    ("RESULT_FAILURE", 0),
    ("RESULT_SUCCESS", 1),
    ("NETWORK_TYPE_NONE", 0),
    ("NETWORK_TYPE_ANY", 1),
    ("NETWORK_TYPE_UNMETERED", 2),
    ("NETWORK_TYPE_NOT_ROAMING", 3),
    ("NETWORK_TYPE_CELLULAR", 4),
    ("PRIORITY_MIN", 100),
    ("PRIORITY_LOW", 200),
    ("PRIORITY_DEFAULT", 300),
    ("PRIORITY_HIGH", 400),
    ("PRIORITY_MAX", 500),
    ("BACKOFF_POLICY_LINEAR", 0),
    ("BACKOFF_POLICY_EXPONENTIAL", 1),
    ("STANDBY_BUCKET_EXEMPTED", 5),
    ("STANDBY_BUCKET_ACTIVE", 10),
    ("STANDBY_BUCKET_WORKING_SET", 20),
    ("STANDBY_BUCKET_FREQUENT", 30),
    ("STANDBY_BUCKET_RARE", 40),
    ("STANDBY_BUCKET_RESTRICTED", 45),
    ("STANDBY_BUCKET_NEVER", 50),
];

/// The number behind a name of Android, if it is one that scenarios know.
pub(super) fn number(name: &str) -> Option<i32> {
    let listed = |prefix: &str, list: &[&str], first: i32| {
        let rest = name.strip_prefix(prefix)?;
        let index = list.iter().position(|known| *known == rest)?;
        i32::try_from(index).ok().map(|index| index + first)
    };
    listed("STOP_REASON_", STOP_REASONS, 0)
        .or_else(|| listed("PENDING_JOB_REASON_", PENDING_JOB_REASONS, -2))
        .or_else(|| listed("THERMAL_STATUS_", THERMAL_STATUSES, 0))
        .or_else(|| OTHERS.iter().find(|(known, _)| *known == name).map(|&(_, number)| number))
}

/// The name of a public stop reason.
pub(super) fn stop_reason(number: i32) -> String {
    spelled("STOP_REASON_", STOP_REASONS, i64::from(number))
}

/// The name of a pending reason.
pub(super) fn pending_job_reason(number: i32) -> String {
    spelled("PENDING_JOB_REASON_", PENDING_JOB_REASONS, i64::from(number) + 2)
}

fn spelled(prefix: &str, list: &[&str], index: i64) -> String {
    usize::try_from(index)
        .ok()
        .and_then(|index| list.get(index))
        .map_or_else(|| format!("{prefix}?"), |name| format!("{prefix}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_go_both_ways() {
        assert_eq!(number("STOP_REASON_USER"), Some(13));
        assert_eq!(stop_reason(13), "STOP_REASON_USER");
        assert_eq!(number("PENDING_JOB_REASON_EXECUTING"), Some(-1));
        assert_eq!(pending_job_reason(-2), "PENDING_JOB_REASON_INVALID_JOB_ID");
        assert_eq!(number("STOP_REASON_"), None);
        assert_eq!(stop_reason(99), "STOP_REASON_?");
    }
}
