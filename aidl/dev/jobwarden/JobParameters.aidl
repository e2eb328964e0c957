package dev.jobwarden;

import dev.jobwarden.BundleEntry;
import dev.jobwarden.ComponentName;

/** What an app is handed with an execution, as `android.app.job.JobParameters`. JOB-API-204. */
parcelable JobParameters {
    /** Null: the default namespace. */
    @nullable String namespace;
    /** Chosen by the app. */
    int jobId = 0;
    /** The job service that is to run it. */
    ComponentName service;
    /** As described. */
    BundleEntry[] extras;
    /** As described. */
    BundleEntry[] transientExtras;
    /** As described. */
    @nullable String[] clipUris;
    /** As described. */
    int clipGrantFlags = 0;
    /** Its deadline has passed. JOB-API-205. */
    boolean deadlineExpired = false;
    /** Treated as expedited. JOB-API-206. */
    boolean expedited = false;
    /** Treated as user-initiated. JOB-API-206. */
    boolean userInitiated = false;
    /** Content that triggered it. JOB-API-208. */
    @nullable String[] triggeredUris;
    /** Authorities of that content. JOB-API-208. */
    @nullable String[] triggeredAuthorities;
    /** A network is handed out. JOB-API-207. */
    boolean hasNetwork = false;
    /** The network, if hasNetwork. */
    int network = 0;
    /** `STOP_REASON_*` of IJobService. JOB-API-200. */
    int stopReason = 0;
    /** `INTERNAL_STOP_REASON_*` of IJobService. JOB-API-201. */
    int internalStopReason = -1;
    /** For logs. */
    @nullable String debugStopReason;
}
