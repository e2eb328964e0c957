package dev.jobwarden;

/** A rule that decided. */
parcelable Decision {
    /** Its id: `JOB-VAL-058`. */
    String rule = "";
    /** What it decided, in a few words. */
    String verdict = "";
    /** What it looked at: `name=value`. */
    String[] facts;
}
