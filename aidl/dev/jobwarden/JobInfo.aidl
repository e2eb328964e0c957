package dev.jobwarden;

import dev.jobwarden.BundleEntry;
import dev.jobwarden.ComponentName;
import dev.jobwarden.NetworkRequest;
import dev.jobwarden.TriggerContentUri;

/** What an app says of a job, as `android.app.job.JobInfo`; the defaults are those of its builder. JOB-INFO-001. */
parcelable JobInfo {
    /** Chosen by the app. */
    int id = 0;
    /** The job service. */
    ComponentName service;
    /** Kept across restarts with the job. */
    BundleEntry[] extras;
    /** Not kept. */
    BundleEntry[] transientExtras;
    /** The uris of the clip's items, and after each the data uri of its intent, where present; null: no clip. */
    @nullable String[] clipUris;
    /** `Intent.FLAG_GRANT_*` for the clip. */
    int clipGrantFlags = 0;
    /** `CONSTRAINT_FLAG_*` that must hold. JOB-INFO-003. */
    int constraintFlags = 0;
    /** `CONSTRAINT_FLAG_*` that would be nice. */
    int preferredConstraintFlags = 0;
    /** Null is not the same as empty. JOB-VAL-026. */
    @nullable TriggerContentUri[] triggerContentUris;
    /** Milliseconds; negative: default. */
    long triggerContentUpdateDelay = -1;
    /** Milliseconds; negative: default. */
    long triggerContentMaxDelay = -1;
    /** setMinimumLatency or setPeriodic was called. JOB-INFO-011. */
    boolean hasEarlyConstraint = false;
    /** setOverrideDeadline or setPeriodic was called. JOB-INFO-011. */
    boolean hasLateConstraint = false;
    /** Null: needs none. */
    @nullable NetworkRequest requiredNetwork;
    /** Bytes; -1 is unknown. */
    long networkDownloadBytes = -1;
    /** Bytes; -1 is unknown. */
    long networkUploadBytes = -1;
    /** Bytes; -1 is unknown. */
    long minimumNetworkChunkBytes = -1;
    /** Milliseconds. */
    long minLatencyMillis = 0;
    /** Milliseconds. */
    long maxExecutionDelayMillis = 0;
    /** Runs again and again. */
    boolean periodic = false;
    /** Survives a reboot. */
    boolean persisted = false;
    /** Milliseconds. */
    long intervalMillis = 0;
    /** Milliseconds. */
    long flexMillis = 0;
    /** Milliseconds. */
    long initialBackoffMillis = 30000;
    /** 0 linear, 1 exponential. */
    int backoffPolicy = 1;
    /** Set by the system only. JOB-INFO-006. */
    int bias = 0;
    /** `PRIORITY_*`. JOB-INFO-005. */
    int priority = 300;
    /** `FLAG_*`. JOB-INFO-002. */
    int flags = 0;
}
