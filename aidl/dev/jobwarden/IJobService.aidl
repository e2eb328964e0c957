package dev.jobwarden;

import dev.jobwarden.IJobCallback;
import dev.jobwarden.JobParameters;
import dev.jobwarden.JobWorkItem;

/**
 * A job service of an app, as `android.app.job.IJobService`. The system calls, in order; the app answers
 * through the callback that it was handed with startJob.
 */
oneway interface IJobService {
    /** JOB-API-230: the notification stays when the job ends. */
    const int JOB_END_NOTIFICATION_POLICY_DETACH = 0;
    /** JOB-API-230: the notification goes with the job. */
    const int JOB_END_NOTIFICATION_POLICY_REMOVE = 1;

    /** JOB-API-200, as the fifteen that follow. */
    const int STOP_REASON_UNDEFINED = 0;
    /** The app cancelled or replaced it. */
    const int STOP_REASON_CANCELLED_BY_APP = 1;
    /** Room for a more important job. */
    const int STOP_REASON_PREEMPT = 2;
    /** It ran for too long. */
    const int STOP_REASON_TIMEOUT = 3;
    /** Doze, heat, memory or load. */
    const int STOP_REASON_DEVICE_STATE = 4;
    /** The battery is low. */
    const int STOP_REASON_CONSTRAINT_BATTERY_NOT_LOW = 5;
    /** The charger is gone. */
    const int STOP_REASON_CONSTRAINT_CHARGING = 6;
    /** The network is gone. */
    const int STOP_REASON_CONSTRAINT_CONNECTIVITY = 7;
    /** The device is in use. */
    const int STOP_REASON_CONSTRAINT_DEVICE_IDLE = 8;
    /** Storage is low. */
    const int STOP_REASON_CONSTRAINT_STORAGE_NOT_LOW = 9;
    /** The app used up its quota. */
    const int STOP_REASON_QUOTA = 10;
    /** The user restricted the app. */
    const int STOP_REASON_BACKGROUND_RESTRICTION = 11;
    /** The standby bucket. */
    const int STOP_REASON_APP_STANDBY = 12;
    /** The user stopped it. */
    const int STOP_REASON_USER = 13;
    /** The system works on the app. */
    const int STOP_REASON_SYSTEM_PROCESSING = 14;
    /** A prefetch job whose app will not be used soon. */
    const int STOP_REASON_ESTIMATED_APP_LAUNCH_TIME_CHANGED = 15;

    /** onStartJob. The callback names this execution in everything the app says of it. JOB-API-221. */
    void startJob(in JobParameters params, IJobCallback callback);

    /** onStopJob; the parameters carry the stop reasons. JOB-API-222. */
    void stopJob(in JobParameters params, IJobCallback callback);

    /** onNetworkChanged; the parameters carry the new network. JOB-API-224. */
    void onNetworkChanged(in JobParameters params, IJobCallback callback);

    /** Answer with acknowledgeGetTransferredDownloadBytesMessage. JOB-API-229. */
    void getTransferredDownloadBytes(in JobParameters params, IJobCallback callback, in @nullable JobWorkItem item);

    /** Answer with acknowledgeGetTransferredUploadBytesMessage. JOB-API-229. */
    void getTransferredUploadBytes(in JobParameters params, IJobCallback callback, in @nullable JobWorkItem item);
}
