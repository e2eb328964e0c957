package dev.jobwarden;

/** One line of the list of active apps. FGS-STOP-061. */
parcelable TaskManagerEntry {
    /** The app. */
    String packageName = "";
    /** Its user. */
    int userId = 0;
    /** Whether the user may stop it. */
    boolean stoppable = false;
}
