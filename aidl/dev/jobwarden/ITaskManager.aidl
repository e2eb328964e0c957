package dev.jobwarden;

import dev.jobwarden.TaskManagerEntry;

/** What the user sees and does in the list of active apps. FGS-STOP-060 to 063. Privileged, as ISystem. */
interface ITaskManager {
    /** The list, newest first. FGS-STOP-060. */
    TaskManagerEntry[] list();

    /** The stop button of an app: notes the stop with the job scheduler, then stops the app. FGS-STOP-062. */
    void stop(String packageName, int userId);
}
