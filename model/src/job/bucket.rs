//! The standby bucket of an app, as the job scheduler counts it.

use crate::codes::codes;

codes! {
    /// Index of a standby bucket (`JobSchedulerService.*_INDEX`). Rule: JOB-READY-011.
    ///
    /// The order of the indices is not the order of the privileges.
    StandbyBucket {
        /// Used right now.
        Active = 0, "ACTIVE";
        /// Used regularly.
        Working = 1, "WORKING_SET";
        /// Used often, but not daily.
        Frequent = 2, "FREQUENT";
        /// Rarely used.
        Rare = 3, "RARE";
        /// Never used.
        Never = 4, "NEVER";
        /// Misbehaves, or the user wants it restricted.
        Restricted = 5, "RESTRICTED";
        /// Exempt from standby.
        Exempted = 6, "EXEMPTED";
    }
}

impl StandbyBucket {
    /// `standbyBucketToBucketIndex`: from `UsageStatsManager.STANDBY_BUCKET_*`. Rule: JOB-INFO-026.
    pub const fn from_usage_stats(bucket: i32) -> Self {
        match bucket {
            50 => Self::Never,
            41.. => Self::Restricted,
            31..=40 => Self::Rare,
            21..=30 => Self::Frequent,
            11..=20 => Self::Working,
            6..=10 => Self::Active,
            i32::MIN..=5 => Self::Exempted,
        }
    }

    /// `UsageStatsManager.STANDBY_BUCKET_*` of this index.
    pub const fn usage_stats(self) -> i32 {
        match self {
            Self::Exempted => 5,
            Self::Active => 10,
            Self::Working => 20,
            Self::Frequent => 30,
            Self::Rare => 40,
            Self::Restricted => 45,
            Self::Never => 50,
        }
    }
}
