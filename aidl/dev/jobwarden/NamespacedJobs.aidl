package dev.jobwarden;

import dev.jobwarden.JobInfo;

/** The jobs of one namespace. JOB-API-070. */
parcelable NamespacedJobs {
    /** Null: the default namespace. */
    @nullable String namespace;
    /** Never empty. */
    JobInfo[] jobs;
}
