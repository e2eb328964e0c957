package dev.jobwarden;

/** The intent of a work item, as far as the scheduler looks at it. */
parcelable WorkIntent {
    /** `Intent.FLAG_*`. */
    int flags = 0;
    /** The data uri. */
    @nullable String data;
    /** The uris of its clip data. */
    String[] clip;
}
