package dev.jobwarden;

/** A `property` element of a manifest. */
parcelable Property {
    /** Its name. */
    String name = "";
    /** Its value. */
    String value = "";
}
