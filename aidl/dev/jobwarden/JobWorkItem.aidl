package dev.jobwarden;

import dev.jobwarden.BundleEntry;
import dev.jobwarden.WorkIntent;

/** A piece of work for a job, as `android.app.job.JobWorkItem`. JOB-VAL-080. */
parcelable JobWorkItem {
    /** What the app hands itself. */
    BundleEntry[] extras;
    /** What the app hands itself, the older way. */
    @nullable WorkIntent intent;
    /** Bytes; -1 is unknown. */
    long downloadBytes = -1;
    /** Bytes; -1 is unknown. */
    long uploadBytes = -1;
    /** Bytes; -1 is unknown. */
    long minimumChunkBytes = -1;
    /** How often it was handed out; given by the scheduler. */
    int deliveryCount = 0;
    /** Names it in completeWork; given by the scheduler, 0 before. */
    int workId = 0;
}
