package dev.jobwarden;

/** An activity, as far as anything here looks at it. */
parcelable ActivityFacts {
    /** Visibility was requested. */
    boolean visible = false;
    /** Its window is still shown. */
    boolean windowVisible = false;
    /** Its task has a visible layer. */
    boolean taskVisible = false;
    /** ISystem.ACTIVITY_*. */
    int state = 4;
    /** It is about to go away. */
    boolean finishing = false;
}
