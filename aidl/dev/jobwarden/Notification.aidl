package dev.jobwarden;

/** A notification, as far as jobs and foreground services look at it. */
parcelable Notification {
    /** The channel it is posted to. */
    String channel = "";
    /** `Notification.FLAG_*`. */
    int flags = 0;
    /** It has a small icon; without one it is invalid. */
    boolean smallIcon = false;
    /** What the user reads. */
    String title = "";
    /** What the user reads below the title. */
    String text = "";
    /** It shows a progress bar. */
    boolean hasProgress = false;
    /** Done, if hasProgress. */
    long progress = 0;
    /** Total, if hasProgress. */
    long progressMax = 0;
    /** The group it belongs to. */
    @nullable String group;
    /** Milliseconds after which it goes away by itself; 0: it does not. */
    long timeoutAfterMillis = 0;
    /** `Notification.FOREGROUND_SERVICE_*`: 1 immediate, 2 deferred. FGS-DEFER-002. */
    int foregroundServiceBehavior = 0;
    /** `Notification.CATEGORY_*`. */
    @nullable String category;
    /** It has the media style. */
    boolean mediaStyle = false;
    /** How many buttons it has. */
    int actions = 0;
}
