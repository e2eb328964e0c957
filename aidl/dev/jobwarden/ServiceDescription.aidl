package dev.jobwarden;

import dev.jobwarden.Property;

/** A service as its manifest describes it. */
parcelable ServiceDescription {
    /** The fully qualified class name. */
    String className = "";
    /** What a caller must hold to use it. */
    @nullable String permission;
    /** The process it runs in; null: the package's own. */
    @nullable String process;
    /** Others may use it. */
    boolean exported = false;
    /** `foregroundServiceType`, as a mask; 0 where the attribute is absent. */
    int foregroundServiceTypes = 0;
    /** `property` elements. */
    Property[] properties;
}
