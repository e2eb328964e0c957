package dev.jobwarden;

/** The types of BundleEntry. Constants only: nobody implements it. */
interface IBundleTypes {
    /** `boolean`. */
    const int BOOLEAN = 1;
    /** `int` or `long`. */
    const int LONG = 2;
    /** `String`. */
    const int STRING = 3;
    /** A list; its elements follow, one level deeper and without key. */
    const int LIST = 4;
    /** A nested bundle; its values follow, one level deeper. */
    const int BUNDLE = 5;
}
