package dev.jobwarden;

import dev.jobwarden.IUserVisibleJobObserver;
import dev.jobwarden.JobInfo;
import dev.jobwarden.JobSnapshot;
import dev.jobwarden.JobWorkItem;
import dev.jobwarden.NamespacedJobs;

/**
 * What an app may ask of the job scheduler, as `android.app.job.IJobScheduler` of Android 14. JOB-API-003.
 *
 * The caller is who the kernel says it is; no method takes the caller's uid. A parameter is nullable where
 * Java may pass null, because the answer to null is a rule of its own. Exceptions travel as binder
 * exception codes (JOB-API-002). Every call may also throw IllegalArgumentException for a parcel that
 * passes the limits of docs/aidl.md.
 */
interface IJobScheduler {
    /** JOB-API-001. */
    const int RESULT_FAILURE = 0;
    /** JOB-API-001. */
    const int RESULT_SUCCESS = 1;

    /** JOB-API-073, as the fifteen that follow. */
    const int PENDING_JOB_REASON_INVALID_JOB_ID = -2;
    /** It runs. */
    const int PENDING_JOB_REASON_EXECUTING = -1;
    /** No reason is known. */
    const int PENDING_JOB_REASON_UNDEFINED = 0;
    /** The app itself. */
    const int PENDING_JOB_REASON_APP = 1;
    /** The standby bucket. */
    const int PENDING_JOB_REASON_APP_STANDBY = 2;
    /** The user restricted the app. */
    const int PENDING_JOB_REASON_BACKGROUND_RESTRICTION = 3;
    /** Requires a battery that is not low. */
    const int PENDING_JOB_REASON_CONSTRAINT_BATTERY_NOT_LOW = 4;
    /** Requires charging. */
    const int PENDING_JOB_REASON_CONSTRAINT_CHARGING = 5;
    /** Requires a network. */
    const int PENDING_JOB_REASON_CONSTRAINT_CONNECTIVITY = 6;
    /** Waits for content to change. */
    const int PENDING_JOB_REASON_CONSTRAINT_CONTENT_TRIGGER = 7;
    /** Requires an idle device. */
    const int PENDING_JOB_REASON_CONSTRAINT_DEVICE_IDLE = 8;
    /** Its delay has not passed. */
    const int PENDING_JOB_REASON_CONSTRAINT_MINIMUM_LATENCY = 9;
    /** A prefetch job whose app will not be used soon. */
    const int PENDING_JOB_REASON_CONSTRAINT_PREFETCH = 10;
    /** Requires storage that is not low. */
    const int PENDING_JOB_REASON_CONSTRAINT_STORAGE_NOT_LOW = 11;
    /** Doze, heat, memory or load. */
    const int PENDING_JOB_REASON_DEVICE_STATE = 12;
    /** Held back for a better moment. */
    const int PENDING_JOB_REASON_JOB_SCHEDULER_OPTIMIZATION = 13;
    /** The app used up its quota. */
    const int PENDING_JOB_REASON_QUOTA = 14;
    /** The user stopped it. */
    const int PENDING_JOB_REASON_USER = 15;

    /**
     * Schedules or replaces a job; the checks and their order are JOB-API-010.
     *
     * @param namespace null: the default namespace.
     * @return RESULT_SUCCESS or RESULT_FAILURE.
     * @throws NullPointerException JOB-API-014; IllegalArgumentException JOB-API-020 to 023, JOB-VAL-030,
     *     JOB-API-051, 052; SecurityException JOB-API-024, 031, 032, 034; IllegalStateException
     *     (LimitExceededException on Android) JOB-SCHED-013.
     */
    int schedule(@nullable String namespace, in @nullable JobInfo job);

    /**
     * Schedules a job with one more work item; the order of checks is JOB-API-011.
     *
     * @throws as schedule, and NullPointerException for a null item; IllegalArgumentException JOB-API-036 to 038.
     */
    int enqueue(@nullable String namespace, in @nullable JobInfo job, in @nullable JobWorkItem work);

    /**
     * Schedules a job on behalf of another app; the order of checks is JOB-API-012.
     *
     * @param userId -1 stands for none.
     * @param tag for battery attribution.
     * @throws as schedule, and SecurityException without UPDATE_DEVICE_STATS.
     */
    int scheduleAsPackage(@nullable String namespace, in @nullable JobInfo job, @nullable String packageName,
            int userId, @nullable String tag);

    /** Cancels one job; an unknown id has no effect. JOB-API-060. */
    void cancel(@nullable String namespace, int jobId);

    /** Cancels the caller's jobs in every namespace. JOB-API-062. */
    void cancelAll();

    /** Cancels the caller's jobs in one namespace. JOB-API-061. */
    void cancelAllInNamespace(@nullable String namespace);

    /** The caller's jobs by namespace; a namespace without jobs is absent. JOB-API-070. */
    NamespacedJobs[] getAllPendingJobs();

    /** The caller's jobs in one namespace. JOB-API-071. */
    JobInfo[] getAllPendingJobsInNamespace(@nullable String namespace);

    /** One job of the caller, or null. JOB-API-072. */
    @nullable JobInfo getPendingJob(@nullable String namespace, int jobId);

    /** Why a job of the caller does not run: PENDING_JOB_REASON_*. JOB-API-074. */
    int getPendingJobReason(@nullable String namespace, int jobId);

    /**
     * Whether the caller may run user-initiated jobs at all. JOB-API-080.
     *
     * @throws SecurityException for a package of someone else.
     */
    boolean canRunUserInitiatedJobs(String packageName);

    /**
     * Whether an app holds RUN_USER_INITIATED_JOBS. JOB-API-081.
     *
     * @throws SecurityException for an app that asks about another.
     */
    boolean hasRunUserInitiatedJobsPermission(String packageName, int userId);

    /** All running jobs. @throws SecurityException for anyone but the system. JOB-API-082. */
    JobInfo[] getStartedJobs();

    /** All jobs with their state. @throws SecurityException for anyone but the system. JOB-API-083. */
    JobSnapshot[] getAllJobSnapshots();

    /**
     * The observer hears of every user-visible job that starts or ends, first of those that run. JOB-API-090.
     *
     * @throws SecurityException, then NullPointerException. UnsupportedOperationException if the transport
     *     of this client cannot carry callbacks.
     */
    void registerUserVisibleJobObserver(@nullable IUserVisibleJobObserver observer);

    /** As registerUserVisibleJobObserver; an unknown observer has no effect. */
    void unregisterUserVisibleJobObserver(@nullable IUserVisibleJobObserver observer);

    /** The user is about to stop an app in the Task Manager. @throws JOB-API-095. */
    void notePendingUserRequestedAppStop(@nullable String packageName, int userId, @nullable String debugReason);

    /**
     * Writes what `dumpsys jobscheduler` prints; for transports without binder's own dump transaction.
     *
     * The permissions of DUMP-001 are asked; without them one line says what is missing.
     */
    void dumpTo(in ParcelFileDescriptor fd, in String[] args);
}
