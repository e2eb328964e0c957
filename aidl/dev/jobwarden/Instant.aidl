package dev.jobwarden;

/** One instant on the three clocks of Android, in milliseconds. */
parcelable Instant {
    /** `SystemClock.elapsedRealtime()`. */
    long elapsed = 0;
    /** `SystemClock.uptimeMillis()`. */
    long uptime = 0;
    /** `System.currentTimeMillis()`. */
    long wall = 0;
}
