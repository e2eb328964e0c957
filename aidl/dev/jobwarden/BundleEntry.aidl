package dev.jobwarden;

/**
 * One value of a bundle, in a list that spells the tree in pre-order.
 *
 * The wire has no recursive type on purpose: a reader that recursed would let any app choose the depth
 * of the system's stack. An entry of depth d belongs to the nearest earlier entry of depth d - 1, which
 * must be a LIST or a BUNDLE. Anything else is an IllegalArgumentException.
 */
parcelable BundleEntry {
    /** 0 for the values of the bundle itself; at most 16. */
    int depth = 0;
    /** The name; null exactly for the elements of a list. */
    @nullable String key;
    /** One of IBundleTypes. */
    int type = 0;
    /** The value of BOOLEAN (0 or 1) and LONG. */
    long number = 0;
    /** The value of STRING. */
    @nullable String text;
}
