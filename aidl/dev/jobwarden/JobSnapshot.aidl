package dev.jobwarden;

import dev.jobwarden.JobInfo;

/** A job with its state, as `android.app.job.JobSnapshot`. JOB-API-084. */
parcelable JobSnapshot {
    /** The description. */
    JobInfo job;
    /** Server constraint bits that are satisfied. JOB-INFO-020. */
    int satisfiedConstraints = 0;
    /** It could start now. */
    boolean runnable = false;
}
