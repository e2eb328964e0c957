package dev.jobwarden;

import dev.jobwarden.IForegroundServices;
import dev.jobwarden.IJobScheduler;
import dev.jobwarden.INotificationManager;
import dev.jobwarden.IShell;

/** The interfaces as another identity sees them. A session ends with its connection. */
interface IAppSession {
    /** As that identity. */
    IJobScheduler getJobScheduler();

    /** As that identity; attachApplication then speaks for its pid, which need not exist. */
    IForegroundServices getForegroundServices();

    /** As that identity. */
    INotificationManager getNotificationManager();

    /** As that identity. */
    IShell getShell();
}
