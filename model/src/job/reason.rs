//! Why a job was stopped, and why it does not run: Android's public and internal codes.

use std::borrow::Cow;

use crate::codes::codes;

codes! {
    /// `JobParameters.STOP_REASON_*`: what the app is told. Rule: JOB-STOP-001.
    StopReason {
        /// Not stopped, or no reason is known.
        Undefined = 0, "UNDEFINED";
        /// The app cancelled or replaced it.
        CancelledByApp = 1, "CANCELLED_BY_APP";
        /// A more important job took its place.
        Preempt = 2, "PREEMPT";
        /// It ran too long.
        Timeout = 3, "TIMEOUT";
        /// Doze, battery saver, heat, memory and the like.
        DeviceState = 4, "DEVICE_STATE";
        /// It required the battery not to be low.
        ConstraintBatteryNotLow = 5, "CONSTRAINT_BATTERY_NOT_LOW";
        /// It required charging.
        ConstraintCharging = 6, "CONSTRAINT_CHARGING";
        /// It required a network.
        ConstraintConnectivity = 7, "CONSTRAINT_CONNECTIVITY";
        /// It required the device to be idle.
        ConstraintDeviceIdle = 8, "CONSTRAINT_DEVICE_IDLE";
        /// It required storage not to be low.
        ConstraintStorageNotLow = 9, "CONSTRAINT_STORAGE_NOT_LOW";
        /// The app used up its quota.
        Quota = 10, "QUOTA";
        /// The user restricted the app.
        BackgroundRestriction = 11, "BACKGROUND_RESTRICTION";
        /// A constraint that the app's standby bucket imposes.
        AppStandby = 12, "APP_STANDBY";
        /// The user stopped it.
        User = 13, "USER";
        /// The system is busy with something that excludes it.
        SystemProcessing = 14, "SYSTEM_PROCESSING";
        /// The app is not expected to be launched soon any more.
        EstimatedAppLaunchTimeChanged = 15, "ESTIMATED_APP_LAUNCH_TIME_CHANGED";
    }
}

codes! {
    /// `JobParameters.INTERNAL_STOP_REASON_*`: what the system goes by. Rule: JOB-STOP-002.
    InternalStopReason {
        /// None recorded.
        Unknown = -1, "UNKNOWN";
        /// Cancelled or replaced.
        Canceled = 0, "CANCELED";
        /// A constraint was lost.
        ConstraintsNotSatisfied = 1, "CONSTRAINTS_NOT_SATISFIED";
        /// A more important job took its place.
        Preempt = 2, "PREEMPT";
        /// It ran too long.
        Timeout = 3, "TIMEOUT";
        /// The device dozes.
        DeviceIdle = 4, "DEVICE_IDLE";
        /// The device is hot.
        DeviceThermal = 5, "DEVICE_THERMAL";
        /// The app fell into the restricted bucket.
        RestrictedBucket = 6, "RESTRICTED_BUCKET";
        /// The app was removed or disabled.
        Uninstall = 7, "UNINSTALL";
        /// The app's data was cleared.
        DataCleared = 8, "DATA_CLEARED";
        /// The wall clock became right.
        RtcUpdated = 9, "RTC_UPDATED";
        /// The app said that it is done.
        SuccessfulFinish = 10, "SUCCESSFUL_FINISH";
        /// The user stopped the app.
        UserUiStop = 11, "USER_UI_STOP";
        /// The app did not respond.
        Anr = 12, "ANR";
    }
}

impl InternalStopReason {
    /// The word that dumps use for it. Rule: JOB-API-201.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Unknown => "unknown:-1",
            Self::Canceled => "canceled",
            Self::ConstraintsNotSatisfied => "constraints",
            Self::Preempt => "preempt",
            Self::Timeout => "timeout",
            Self::DeviceIdle => "device_idle",
            Self::DeviceThermal => "thermal",
            Self::RestrictedBucket => "restricted_bucket",
            Self::Uninstall => "uninstall",
            Self::DataCleared => "data_cleared",
            Self::RtcUpdated => "rtc_updated",
            Self::SuccessfulFinish => "successful_finish",
            Self::UserUiStop => "user_ui_stop",
            Self::Anr => "anr",
        }
    }
}

/// `getInternalReasonCodeDescription`: the word that dumps use for a code, which the shell may have made
/// up. Rule: JOB-API-201.
pub fn internal_reason_code_description(code: i32) -> Cow<'static, str> {
    match InternalStopReason::from_code(code) {
        Some(reason) => Cow::Borrowed(reason.description()),
        None => Cow::Owned(format!("unknown:{code}")),
    }
}

codes! {
    /// `JobScheduler.PENDING_JOB_REASON_*`: why a job does not run. Rules: JOB-API-073, JOB-READY-081.
    PendingJobReason {
        /// There is no such job.
        InvalidJobId = -2, "INVALID_JOB_ID";
        /// It runs.
        Executing = -1, "EXECUTING";
        /// Nothing is known to keep it.
        Undefined = 0, "UNDEFINED";
        /// The app itself.
        App = 1, "APP";
        /// A constraint that the app's standby bucket imposes.
        AppStandby = 2, "APP_STANDBY";
        /// The user restricted the app.
        BackgroundRestriction = 3, "BACKGROUND_RESTRICTION";
        /// It requires the battery not to be low.
        ConstraintBatteryNotLow = 4, "CONSTRAINT_BATTERY_NOT_LOW";
        /// It requires charging.
        ConstraintCharging = 5, "CONSTRAINT_CHARGING";
        /// It requires a network.
        ConstraintConnectivity = 6, "CONSTRAINT_CONNECTIVITY";
        /// It waits for content to change.
        ConstraintContentTrigger = 7, "CONSTRAINT_CONTENT_TRIGGER";
        /// It requires the device to be idle.
        ConstraintDeviceIdle = 8, "CONSTRAINT_DEVICE_IDLE";
        /// Its delay has not passed.
        ConstraintMinimumLatency = 9, "CONSTRAINT_MINIMUM_LATENCY";
        /// The app is not expected to be launched soon.
        ConstraintPrefetch = 10, "CONSTRAINT_PREFETCH";
        /// It requires storage not to be low.
        ConstraintStorageNotLow = 11, "CONSTRAINT_STORAGE_NOT_LOW";
        /// Doze, battery saver, heat, or too many jobs.
        DeviceState = 12, "DEVICE_STATE";
        /// The system waits for a better moment.
        JobSchedulerOptimization = 13, "JOB_SCHEDULER_OPTIMIZATION";
        /// The app used up its quota.
        Quota = 14, "QUOTA";
        /// The user.
        User = 15, "USER";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_api_201_every_internal_reason_has_a_word_for_dumps() {
        let words: Vec<_> = (-2..=13).map(internal_reason_code_description).collect();
        let expected = [
            "unknown:-2",
            "unknown:-1",
            "canceled",
            "constraints",
            "preempt",
            "timeout",
            "device_idle",
            "thermal",
            "restricted_bucket",
            "uninstall",
            "data_cleared",
            "rtc_updated",
            "successful_finish",
            "user_ui_stop",
            "anr",
            "unknown:13",
        ];
        assert_eq!(words, expected);
    }
}
