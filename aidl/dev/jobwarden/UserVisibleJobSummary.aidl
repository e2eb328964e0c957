package dev.jobwarden;

/** What observers of user-visible jobs are told. JOB-API-094. */
parcelable UserVisibleJobSummary {
    /** The uid that scheduled it. */
    int callingUid = 0;
    /** The package of its service. */
    String callingPackageName = "";
    /** The user it runs for. */
    int sourceUserId = 0;
    /** The package it runs for. */
    String sourcePackageName = "";
    /** Null: the default namespace. */
    @nullable String namespace;
    /** Chosen by the app. */
    int jobId = 0;
}
