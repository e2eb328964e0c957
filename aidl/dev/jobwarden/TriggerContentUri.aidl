package dev.jobwarden;

/** A content uri that triggers a job. JOB-INFO-015. */
parcelable TriggerContentUri {
    /** The uri. */
    String uri = "";
    /** 1 (FLAG_NOTIFY_FOR_DESCENDANTS): also what lies below it. */
    int flags = 0;
}
