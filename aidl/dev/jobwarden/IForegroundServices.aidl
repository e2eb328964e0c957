package dev.jobwarden;

import dev.jobwarden.ComponentName;
import dev.jobwarden.IForegroundServiceObserver;
import dev.jobwarden.IJobService;
import dev.jobwarden.IServiceCallback;
import dev.jobwarden.Notification;

/**
 * What an app asks of the activity manager about its process and its services: `Context`, `Service` and
 * `IActivityManager` of Android 14, as far as foreground services need them.
 *
 * Exceptions that are subclasses on Android travel as service-specific errors (binder exception code -8)
 * with the ERROR_* number below; everything else as a plain binder exception code.
 */
interface IForegroundServices {
    /** `ForegroundServiceStartNotAllowedException`, an IllegalStateException. FGS-START-051. */
    const int ERROR_FOREGROUND_SERVICE_START_NOT_ALLOWED = 1;
    /** `InvalidForegroundServiceTypeException`, a ForegroundServiceTypeException. FGS-TYPE-019. */
    const int ERROR_INVALID_FOREGROUND_SERVICE_TYPE = 2;
    /** `MissingForegroundServiceTypeException`, a ForegroundServiceTypeException. FGS-TYPE-019. */
    const int ERROR_MISSING_FOREGROUND_SERVICE_TYPE = 3;
    /** `BackgroundServiceStartNotAllowedException`, an IllegalStateException. FGS-START-030. */
    const int ERROR_BACKGROUND_SERVICE_START_NOT_ALLOWED = 4;
    /** `StartForegroundCalledOnStoppedServiceException`, an IllegalStateException. */
    const int ERROR_START_FOREGROUND_CALLED_ON_STOPPED_SERVICE = 5;

    /** `Service.STOP_FOREGROUND_LEGACY`: neither removes nor detaches the notification. */
    const int STOP_FOREGROUND_LEGACY = 0;
    /** `Service.STOP_FOREGROUND_REMOVE`. FGS-STOP-002. */
    const int STOP_FOREGROUND_REMOVE = 1;
    /** `Service.STOP_FOREGROUND_DETACH`. FGS-STOP-002. */
    const int STOP_FOREGROUND_DETACH = 2;

    /** `ServiceInfo.FOREGROUND_SERVICE_TYPE_MANIFEST`: the types of the manifest. */
    const int FOREGROUND_SERVICE_TYPE_MANIFEST = -1;
    /** FGS-TYPE-001, as the twelve that follow. */
    const int FOREGROUND_SERVICE_TYPE_NONE = 0;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_DATA_SYNC = 1;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_MEDIA_PLAYBACK = 2;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_PHONE_CALL = 4;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_LOCATION = 8;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_CONNECTED_DEVICE = 16;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_MEDIA_PROJECTION = 32;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_CAMERA = 64;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_MICROPHONE = 128;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_HEALTH = 256;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_REMOTE_MESSAGING = 512;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_SYSTEM_EXEMPTED = 1024;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_SHORT_SERVICE = 2048;
    /** FGS-TYPE-001. */
    const int FOREGROUND_SERVICE_TYPE_SPECIAL_USE = 1073741824;

    /** `Service.START_STICKY_COMPATIBILITY`. FGS-START-090. */
    const int START_STICKY_COMPATIBILITY = 0;
    /** `Service.START_STICKY`. FGS-START-090. */
    const int START_STICKY = 1;
    /** `Service.START_NOT_STICKY`. FGS-START-090. */
    const int START_NOT_STICKY = 2;
    /** `Service.START_REDELIVER_INTENT`. FGS-START-090. */
    const int START_REDELIVER_INTENT = 3;

    /** `ActivityManager.START_SUCCESS`: the pending intent was sent, whatever became of the start. */
    const int START_SUCCESS = 0;
    /** `ActivityManager.START_CANCELED`: there is no such pending intent, or no longer. */
    const int START_CANCELED = -96;

    /** The sender passes no `ActivityOptions` at all: not the same as options without a choice. BAL-064. */
    const int MODE_BACKGROUND_ACTIVITY_START_WITHOUT_OPTIONS = -1;
    /** `ActivityOptions.MODE_BACKGROUND_ACTIVITY_START_SYSTEM_DEFINED`: no choice. BAL-061. */
    const int MODE_BACKGROUND_ACTIVITY_START_SYSTEM_DEFINED = 0;
    /** `ActivityOptions.MODE_BACKGROUND_ACTIVITY_START_ALLOWED`. BAL-061. */
    const int MODE_BACKGROUND_ACTIVITY_START_ALLOWED = 1;
    /** `ActivityOptions.MODE_BACKGROUND_ACTIVITY_START_DENIED`. BAL-061. */
    const int MODE_BACKGROUND_ACTIVITY_START_DENIED = 2;

    /** `PowerExemptionManager.TEMPORARY_ALLOW_LIST_TYPE_NONE`. FGS-BG-034. */
    const int TEMPORARY_ALLOW_LIST_TYPE_NONE = -1;
    /** `TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_ALLOWED`. FGS-BG-034. */
    const int TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_ALLOWED = 0;
    /** `TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_NOT_ALLOWED`. FGS-BG-034. */
    const int TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_NOT_ALLOWED = 1;
    /** `TEMPORARY_ALLOW_LIST_TYPE_APP_FREEZING_DELAYED`. FGS-BG-034. */
    const int TEMPORARY_ALLOW_LIST_TYPE_APP_FREEZING_DELAYED = 4;

    /**
     * The first call of a process: it runs this package and can be reached through the callback. The
     * process counts as dead when the callback's binder dies or its pid is gone.
     *
     * @throws SecurityException for a package of another uid; UnsupportedOperationException if the transport
     *     cannot carry callbacks or knows no pid; IllegalStateException for a process that is attached already.
     */
    void attachApplication(String packageName, String processName, IServiceCallback callback);

    /** The calling process crashed and is about to die, as `handleApplicationCrash` reports it. FGS-START-093. */
    void handleApplicationCrash();

    /** Answers bindJobService; null: onBind returned nothing. @throws SecurityException for a bind of another app. */
    void publishJobService(long bind, @nullable IJobService service);

    /**
     * `Context.startService`; null: no such service. FGS-START-030.
     *
     * @throws SecurityException, IllegalArgumentException, ERROR_BACKGROUND_SERVICE_START_NOT_ALLOWED.
     */
    @nullable ComponentName startService(in ComponentName service, @nullable String callingPackage, int userId);

    /**
     * `Context.startForegroundService`. FGS-START-010 to 030.
     *
     * @throws as startService, but ERROR_FOREGROUND_SERVICE_START_NOT_ALLOWED.
     */
    @nullable ComponentName startForegroundService(in ComponentName service, @nullable String callingPackage,
            int userId);

    /**
     * `PendingIntent.getService`, `getForegroundService` of the caller's user. Its name is the package with the
     * request code; one of the same name is replaced. FGS-START-100.
     *
     * @throws SecurityException for a package of another uid.
     */
    void createPendingIntent(String packageName, int requestCode, in ComponentName service, boolean foreground);

    /**
     * `PendingIntent.send`: START_SUCCESS or START_CANCELED. FGS-START-100.
     *
     * @param packageName of its creator, as whom the service is started; userId: of which user.
     * @param startMode MODE_BACKGROUND_ACTIVITY_START_*: what the sender lends.
     * @param allowlistMillis how long its creator is to be on the temporary allow-list; 0: it is not to be.
     * @param allowlistType TEMPORARY_ALLOW_LIST_TYPE_*; allowlistReason: `PowerExemptionManager.REASON_*`.
     */
    int sendPendingIntent(String packageName, int userId, int requestCode, int startMode, long allowlistMillis,
            int allowlistType, int allowlistReason);

    /** `PendingIntent.cancel`. @throws SecurityException for a package of another uid. FGS-START-100. */
    void cancelPendingIntent(String packageName, int requestCode);

    /** `Context.stopService`; whether it was started. FGS-STOP-020. */
    boolean stopService(in ComponentName service, int userId);

    /** `Service.stopSelfResult`; a negative startId: unconditionally. FGS-STOP-021, 022. */
    boolean stopSelf(long service, int startId);

    /**
     * `Context.bindService`.
     *
     * @param action bindings with different actions are bound separately.
     * @param connection chosen by the caller.
     * @param flags `Context.BIND_*`.
     */
    boolean bindService(in ComponentName service, @nullable String action, long connection, long flags,
            @nullable String callingPackage, int userId);

    /** `Context.unbindService`. FGS-STOP-031. */
    boolean unbindService(long connection);

    /**
     * `Service.startForeground`.
     *
     * @param service as handed to the app with onCreate.
     * @param types FOREGROUND_SERVICE_TYPE_*, as a mask.
     * @throws SecurityException, IllegalArgumentException, the ERROR_* above. FGS-START-040 to 061.
     */
    void startForeground(long service, int notificationId, in @nullable Notification notification, int types);

    /** `Service.stopForeground`; flags: STOP_FOREGROUND_*. FGS-STOP-001. */
    void stopForeground(long service, int flags);

    /** `Service.getForegroundServiceType`. FGS-COMBO-017. */
    int getForegroundServiceType(long service);

    /** Before onTimeout is called: whether it still applies. FGS-SHORT-013. */
    boolean shouldServiceTimeOut(long service);

    /** onCreate or onRebind returned. FGS-START-096. */
    void serviceDoneExecuting(long service);

    /** onStartCommand or onTaskRemoved returned; result: START_*. FGS-START-090. */
    void startCommandDone(long service, int startId, int result);

    /** onDestroy returned. FGS-START-096. */
    void serviceDestroyed(long service);

    /** onBind returned; hasBinder: not null. */
    void publishService(long service, @nullable String action, boolean hasBinder);

    /** onUnbind returned; doRebind: the next client comes with onRebind. */
    void unbindFinished(long service, @nullable String action, boolean doRebind);

    /** Wants to hear when foreground services start and stop. @throws SecurityException. FGS-STOP-064. */
    void registerForegroundServiceObserver(@nullable IForegroundServiceObserver observer);
}
