package dev.jobwarden;

import dev.jobwarden.ComponentName;

/** What the system asks of an app's process, as `IApplicationThread` and `Service`. Calls arrive in order. */
oneway interface IServiceCallback {
    /** Create the job service if there is none, then answer with IForegroundServices.publishJobService. */
    void bindJobService(long bind, in ComponentName service);

    /** The bind is over; the job service may be destroyed. */
    void unbindJobService(long bind);

    /** `Service.onCreate`; service names it from now on. Answer with serviceDoneExecuting. */
    void onCreate(long service, String className);

    /**
     * `Service.onStartCommand`. Answer with startCommandDone.
     *
     * @param flags `Service.START_FLAG_*`.
     * @param nullIntent it is started again after its process died. FGS-START-092.
     */
    void onStartCommand(long service, int startId, int flags, boolean nullIntent);

    /** `Service.onTaskRemoved`. Answer with startCommandDone. */
    void onTaskRemoved(long service, int startId);

    /** `Service.onBind`, answer with publishService; or onRebind, answer with serviceDoneExecuting. */
    void onBind(long service, @nullable String action, boolean rebind);

    /** `Service.onUnbind`. Answer with unbindFinished. */
    void onUnbind(long service, @nullable String action);

    /** `Service.onTimeout` of a short service. FGS-SHORT-013. */
    void onTimeout(long service, int startId);

    /** `Service.onDestroy`. Answer with serviceDestroyed. */
    void onDestroy(long service);

    /** `ServiceConnection` of a client: connected, null binding, or (dead) gone. */
    void onServiceConnected(long connection, in ComponentName service, boolean hasBinder, boolean dead);

    /** An exception thrown into the process: it must crash. FGS-START-074. */
    void crash(String exceptionClass, String message);

    /** The process does not respond and is about to be killed. */
    void notResponding(String reason);
}
