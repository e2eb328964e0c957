package dev.jobwarden;

import dev.jobwarden.Notification;

/** What an app asks of the notification manager, as far as jobs and foreground services look at it. */
interface INotificationManager {
    /**
     * Creates a channel, or renames it.
     *
     * @param importance `NotificationManager.IMPORTANCE_*`.
     * @param group the group it belongs to, if any.
     */
    void createChannel(String packageName, String channel, int importance, @nullable String group);

    /** Deletes a channel. @throws SecurityException while a job or a foreground service uses it. */
    void deleteChannel(String packageName, String channel);

    /** Posts a notification. */
    void notify(String packageName, @nullable String tag, int id, in Notification notification);

    /** Takes a notification back, unless a job or a foreground service keeps it. */
    void cancel(String packageName, @nullable String tag, int id);

    /** Takes back all it can. */
    void cancelAll(String packageName);
}
