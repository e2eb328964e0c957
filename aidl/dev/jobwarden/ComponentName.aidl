package dev.jobwarden;

/** A class in a package, as `android.content.ComponentName`. */
parcelable ComponentName {
    /** The package. */
    String packageName = "";
    /** The class; one that starts with a dot is relative to the package. */
    String className = "";
}
