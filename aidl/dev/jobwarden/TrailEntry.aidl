package dev.jobwarden;

import dev.jobwarden.Decision;
import dev.jobwarden.Instant;

/** One input with all that came of it. Inputs, replies and effects are JSON, one value each, as in the journal. */
parcelable TrailEntry {
    /** Counts from 1 without gaps. */
    long sequence = 0;
    /** When it was applied. */
    Instant at;
    /** What went in. */
    String input = "";
    /** The answer to the caller; null: nobody waited for one. */
    @nullable String reply;
    /** What the outside had to carry out, in order. */
    String[] effects;
    /** Why, in order. */
    Decision[] decisions;
}
