package dev.jobwarden;

import dev.jobwarden.UserVisibleJobSummary;

/** Hears when user-visible jobs start and end; the Task Manager is one. JOB-API-091. */
oneway interface IUserVisibleJobObserver {
    /** A user-visible job started (running) or ended. */
    void onUserVisibleJobStateChanged(in UserVisibleJobSummary summary, boolean isRunning);
}
