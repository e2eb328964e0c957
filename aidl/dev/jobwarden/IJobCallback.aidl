package dev.jobwarden;

import dev.jobwarden.JobWorkItem;
import dev.jobwarden.Notification;

/**
 * What a running job tells the scheduler, as `android.app.job.IJobCallback`.
 *
 * The object stands for one execution. It works for the uid that was handed it and for nobody else
 * (SecurityException); once its execution is over, JOB-RUN-039 says which calls are ignored and which throw.
 */
interface IJobCallback {
    /** onStartJob returned; ongoing: work goes on. JOB-API-221. */
    void acknowledgeStartMessage(int jobId, boolean ongoing);

    /** onStopJob returned; reschedule: the app wants the job again. JOB-API-222. */
    void acknowledgeStopMessage(int jobId, boolean reschedule);

    /** Takes the next work item; null: there is none. @throws SecurityException JOB-API-212. JOB-API-210. */
    @nullable JobWorkItem dequeueWork(int jobId);

    /** Gives a work item back as done; false: it is not executing. @throws SecurityException JOB-API-212. JOB-API-211. */
    boolean completeWork(int jobId, int workId);

    /** The app is done; reschedule: it wants the job again. JOB-API-223. */
    void jobFinished(int jobId, boolean reschedule);

    /** Corrects the estimate of bytes to transfer; -1 is unknown. JOB-API-226. */
    void updateEstimatedNetworkBytes(int jobId, in @nullable JobWorkItem item, long downloadBytes, long uploadBytes);

    /** Reports the bytes transferred so far. JOB-API-227. */
    void updateTransferredNetworkBytes(int jobId, in @nullable JobWorkItem item, long downloadBytes, long uploadBytes);

    /** Answers getTransferredDownloadBytes; workId -1: no item. JOB-API-229. */
    void acknowledgeGetTransferredDownloadBytesMessage(int jobId, int workId, long transferredBytes);

    /** Answers getTransferredUploadBytes; workId -1: no item. JOB-API-229. */
    void acknowledgeGetTransferredUploadBytesMessage(int jobId, int workId, long transferredBytes);

    /**
     * Shows the job to the user; a user-initiated job must, in time. JOB-NOTIF-001.
     *
     * @param endPolicy IJobService.JOB_END_NOTIFICATION_POLICY_*.
     * @throws NullPointerException, IllegalArgumentException, SecurityException: chapter 2, JOB-NOTIF.
     */
    void setNotification(int jobId, int notificationId, in @nullable Notification notification, int endPolicy);
}
