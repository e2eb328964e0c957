package dev.jobwarden;

/**
 * What the user does in the list of active apps. Privileged, as ISystem.
 *
 * The list itself is what the two observers report: IUserVisibleJobObserver and IForegroundServiceObserver.
 * FGS-STOP-060.
 */
interface ITaskManager {
    /** The stop button of an app: notes the stop with the job scheduler, then stops the app. FGS-STOP-062. */
    void stop(String packageName, int userId);
}
