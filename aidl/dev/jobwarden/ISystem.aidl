package dev.jobwarden;

import dev.jobwarden.ActivityFacts;
import dev.jobwarden.ComponentName;
import dev.jobwarden.IAppSession;
import dev.jobwarden.Instant;
import dev.jobwarden.NetworkFacts;
import dev.jobwarden.PackageDescription;
import dev.jobwarden.TrailEntry;

/**
 * The privileged side: the facts that on a device come from the package manager, the process list, the window
 * manager, the sensors and the person, and the clock. Emulators and tests drive the service through it.
 *
 * Only root, system, shell and, on a host where the service runs under an account of its own, that account
 * may call (SecurityException for anyone else). Values outside the constants named are an
 * IllegalArgumentException; a fact that cannot be (an unknown package) is an IllegalStateException.
 */
interface ISystem {
    /** `PackageManager.PERMISSION_GRANTED`. */
    const int PERMISSION_GRANTED = 0;
    /** `PermissionChecker.PERMISSION_SOFT_DENIED`: held, but its app-op says no. */
    const int PERMISSION_SOFT_DENIED = 1;
    /** `PermissionChecker.PERMISSION_HARD_DENIED`: not held. */
    const int PERMISSION_HARD_DENIED = 2;

    /** `PackageManager.COMPONENT_ENABLED_STATE_DEFAULT`. */
    const int COMPONENT_ENABLED_STATE_DEFAULT = 0;
    /** `PackageManager.COMPONENT_ENABLED_STATE_DISABLED`. */
    const int COMPONENT_ENABLED_STATE_DISABLED = 2;
    /** `PackageManager.COMPONENT_ENABLED_STATE_DISABLED_USER`. */
    const int COMPONENT_ENABLED_STATE_DISABLED_USER = 3;

    /** `AppOpsManager.MODE_ALLOWED`. PERM-011. */
    const int MODE_ALLOWED = 0;
    /** `AppOpsManager.MODE_IGNORED`. PERM-011. */
    const int MODE_IGNORED = 1;
    /** `AppOpsManager.MODE_ERRORED`. PERM-011. */
    const int MODE_ERRORED = 2;
    /** `AppOpsManager.MODE_DEFAULT`. PERM-011. */
    const int MODE_DEFAULT = 3;
    /** `AppOpsManager.MODE_FOREGROUND`. PERM-012. */
    const int MODE_FOREGROUND = 4;

    /** In front. */
    const int ACTIVITY_RESUMED = 0;
    /** On its way to paused. */
    const int ACTIVITY_PAUSING = 1;
    /** Visible, not in front. */
    const int ACTIVITY_PAUSED = 2;
    /** On its way to stopped. */
    const int ACTIVITY_STOPPING = 3;
    /** Not visible. */
    const int ACTIVITY_STOPPED = 4;

    /** `ActivityTaskManager.APP_SWITCH_DISALLOW`. BAL-010. */
    const int APP_SWITCH_DISALLOW = 0;
    /** `APP_SWITCH_FG_ONLY`. BAL-010. */
    const int APP_SWITCH_FG_ONLY = 1;
    /** `APP_SWITCH_ALLOW`. BAL-010. */
    const int APP_SWITCH_ALLOW = 2;

    /** The user is starting. USER-001. */
    const int USER_STARTED = 0;
    /** Starting is completed and storage unlocked. */
    const int USER_UNLOCKED = 1;
    /** The user is stopping. */
    const int USER_STOPPING = 2;
    /** The user has stopped. */
    const int USER_STOPPED = 3;
    /** The user is in front. */
    const int USER_SWITCHED = 4;
    /** The user is gone. */
    const int USER_REMOVED = 5;

    /** Awake. */
    const int DOZE_OFF = 0;
    /** PWR-002. */
    const int DOZE_LIGHT = 1;
    /** PWR-001. */
    const int DOZE_DEEP = 2;

    /** It is being updated. FGS-START-022. */
    const int PACKAGE_FROZEN = 0;
    /** It must be reviewed before it runs. FGS-START-023. */
    const int PACKAGE_NEEDS_PERMISSION_REVIEW = 1;
    /** It has no icon of its own. FGS-START-059. */
    const int PACKAGE_NO_ICON = 2;
    /** It has the persistent flag. FGS-START-019. */
    const int PACKAGE_PERSISTENT = 3;
    /** It is the default input method of the user, in place of any other. FGS-BG-010. */
    const int PACKAGE_DEFAULT_INPUT_METHOD = 4;
    /** It always has while-in-use access. FGS-WIU-010. */
    const int PACKAGE_WHILE_IN_USE_ALLOWLISTED = 5;
    /** Its manifest asks for the exemption of persistent apps. FGS-BG-028. */
    const int PACKAGE_REQUESTS_FOREGROUND_SERVICE_EXEMPTION = 6;
    /** It may use an attached USB device. FGS-TYPE-037. */
    const int PACKAGE_USES_USB_DEVICE = 7;
    /** It may use an attached USB accessory. FGS-TYPE-038. */
    const int PACKAGE_USES_USB_ACCESSORY = 8;
    /** It is a system module. FGS-TYPE-163, as the five that follow. */
    const int PACKAGE_SYSTEM_MODULE = 9;
    /** It has carrier privileges. */
    const int PACKAGE_CARRIER_PRIVILEGED = 10;
    /** The system configuration exempts it. */
    const int PACKAGE_SYSTEM_CONFIG_EXEMPT = 11;
    /** It is in `bg_restriction_exempted_packages`. */
    const int PACKAGE_BACKGROUND_RESTRICTION_EXEMPT = 12;
    /** Device policy protects it. */
    const int PACKAGE_DEVICE_POLICY_PROTECTED = 13;
    /** It is an active device admin. */
    const int PACKAGE_ACTIVE_DEVICE_ADMIN = 14;
    /** It is a known package installer. FGS-TYPE-161. */
    const int PACKAGE_PACKAGE_INSTALLER = 15;

    /** An activity start for it is pending. FGS-START-019. */
    const int UID_ABOUT_TO_BE_TOP = 0;
    /** It is on the allow-list for background work. FGS-START-019. */
    const int UID_BACKGROUND_ALLOWLISTED = 1;
    /** It is the device owner, in place of any other. FGS-BG-010, BAL-030. */
    const int UID_DEVICE_OWNER = 2;
    /** It is a profile owner. FGS-BG-010. */
    const int UID_PROFILE_OWNER = 3;
    /** It is associated with a companion device. FGS-BG-010, BAL-030. */
    const int UID_COMPANION_APP = 4;

    /** It is in demo mode. FGS-BG-010. */
    const int DEVICE_DEMO_MODE = 0;
    /** It is shutting down. FGS-SHORT-018. */
    const int DEVICE_SHUTTING_DOWN = 1;
    /** The background check is forced for everybody. FGS-START-019. */
    const int DEVICE_BACKGROUND_CHECK_FORCED = 2;

    /** May start foreground services. FGS-BG-022. */
    const int LIST_FOREGROUND_SERVICE_START = 0;
    /** Has while-in-use access. FGS-WIU-014. */
    const int LIST_WHILE_IN_USE = 1;

    // Packages.

    /** Installs a package for a user, or replaces it by another version. */
    void installPackage(in PackageDescription description, int userId);
    /** Fully removes a package for a user. */
    void removePackage(String packageName, int userId);
    /** Enables or disables a package as a whole; state: COMPONENT_ENABLED_STATE_*. */
    void setPackageEnabled(String packageName, int userId, int state);
    /** Enables or disables one service. */
    void setServiceEnabled(in ComponentName service, int userId, boolean enabled);
    /** Grants a permission or takes it away; granted: PERMISSION_*. */
    void setPermission(String packageName, int userId, String permission, int granted);
    /** Sets an app-op by its public name (`android:camera`); mode: MODE_*. */
    void setAppOp(String packageName, int userId, String op, int mode);
    /** Forces a compat change on or off for a package. JOB-VAL-002. */
    void setCompatChange(String packageName, long change, boolean enabled);

    // Processes.

    /** A process runs that does not attach itself. */
    void processStarted(int pid, int uid, String processName, String packageName);
    /** A process that was to be started never attached. FGS-START-029. */
    void processStartTimedOut(int uid, String processName);
    /** A process is gone. */
    void processDied(int pid);
    /** A process crashes all the time, or no longer does. */
    void setProcessBad(String processName, int uid, boolean bad);
    /** A uid's process state, `ActivityManager.PROCESS_STATE_*`; -1: none, or derived again. PROC-STATE-001. */
    void setUidState(int uid, int processState);
    /** A uid is active, or idle. PROC-STATE-016. */
    void setUidActive(int uid, boolean active);
    /** A uid is gone; disabled: its background starts are. PROC-STATE-015. */
    void uidGone(int uid, boolean disabled);

    // Activities.

    /** The activities of a process are now these. */
    void setActivities(int pid, in ActivityFacts[] activities);
    /** The process whose activity is on top; -1: no app's. */
    void setTop(int pid);
    /** An activity of the process is started now. */
    void activityLaunched(int pid);
    /** An activity of the process asks to finish now. */
    void activityFinishRequested(int pid);
    /** A window that belongs to no activity is shown or hidden. BAL-022. */
    void setNonAppWindow(int uid, boolean visible);
    /** Whether apps may switch: APP_SWITCH_*. */
    void setAppSwitches(int state);

    // What other parts of Android say; nothing that was not said holds.

    /** A mark on a package: PACKAGE_*. */
    void markPackage(String packageName, int userId, int mark, boolean holds);
    /** A mark on a uid: UID_*. */
    void markUid(int uid, int mark, boolean holds);
    /** A mark on the device: DEVICE_*. */
    void markDevice(int mark, boolean holds);
    /** A debugger is attached to a process, or no longer. FGS-START-073. */
    void setDebugging(int pid, boolean attached);
    /** `UserManager.DISALLOW_APPS_CONTROL` of a user. FGS-TYPE-162. */
    void setAppsControlDisallowed(int userId, boolean disallowed);
    /** The intent firewall blocks a service. FGS-START-015. */
    void setFirewalled(in ComponentName service, boolean blocked);
    /** The packages that one may be associated with; null: all. FGS-START-015. */
    void setAssociations(String packageName, in @nullable String[] allowed);
    /** Puts a uid on a temporary list, LIST_*; reason: `PowerExemptionManager.REASON_*`. FGS-BG-032. */
    void allowlistTemporarily(int uid, int list, long millis, int reason);

    // Users.

    /** A step in the life of a user: USER_*. */
    void setUserState(int userId, int state);

    // The device.

    /** A charger is connected, or not. */
    void setPowerConnected(boolean connected);
    /** The battery charges and has done so for long enough, or not. */
    void setCharging(boolean charging);
    /** The battery is low, or not. */
    void setBatteryLow(boolean low);
    /** Storage runs short, or not. */
    void setStorageLow(boolean low);
    /** The default network of every app; null: none. */
    void setDefaultNetwork(in @nullable NetworkFacts network);
    /** `ConnectivityManager.BLOCKED_REASON_*` of a uid's network; 0: not blocked. CTRL-NET-004. */
    void setNetworkBlocked(int uid, int reasons);
    /** DOZE_*. */
    void setDoze(int doze);
    /** Battery saver. */
    void setBatterySaver(boolean on);
    /** `PowerManager.THERMAL_STATUS_*`, 0 to 6. THERM-001. */
    void setThermalStatus(int status);
    /** `ProcessStats.ADJ_MEM_FACTOR_*`, 0 to 3. MEM-001. */
    void setMemoryLevel(int level);
    /** The screen. */
    void setScreen(boolean on);
    /** The device counts as idle for jobs that require it. */
    void setDeviceIdle(boolean idle);
    /** `UsageStatsManager.STANDBY_BUCKET_*`, 5 to 50. STANDBY-001. */
    void setStandbyBucket(String packageName, int userId, int bucket);
    /** App ids that are exempt from power saving. PWR-020. */
    void setPowerAllowlist(in int[] permanent, in int[] temporary);
    /** The user restricts what an app does in the background. RESTR-001. */
    void setBackgroundRestricted(int uid, String packageName, boolean restricted);
    /** Whether a uid's regular and expedited jobs are within quota, where it is not computed here. */
    void setQuotaVerdict(int uid, boolean regular, boolean expedited);

    // The person at the device. The stop button of the Task Manager is ITaskManager.stop.

    /** Force-stops an app in its settings. PROC-KILL-040. */
    void forceStop(String packageName, int userId);
    /** Clears the data of an app. */
    void clearData(String packageName, int userId);
    /** Answers the dialog about a process that does not respond: closes the app, or waits. FGS-SHORT-018. */
    void answerNotResponding(int pid, boolean close);
    /** Taps a notification or an action of one: its pending intent is sent. BAL-050, FGS-START-100. */
    void tapNotification(String packageName, int userId, int requestCode);
    /** Taps a notification; if it cancels itself, it goes. JOB-NOTIF-020. */
    void clickNotification(String packageName, int userId, @nullable String tag, int id);
    /** Clears the shade. */
    void clearNotifications(int userId);
    /** Chooses how important a channel is: `NotificationManager.IMPORTANCE_*`. JOB-NOTIF-029. */
    void setChannelImportance(String packageName, int userId, String channel, int importance);
    /** Swipes a notification away. */
    void dismissNotification(String packageName, int userId, @nullable String tag, int id);

    /** Sets a value of `device_config`; null: back to the default. */
    void setDeviceConfig(String namespace, String key, @nullable String value);

    // Time.

    /** What the service's clock says. */
    Instant now();
    /** When something is due next, in milliseconds from now on a device that stays awake; -1: never. */
    long nextWakeupMillis();
    /**
     * Moves the virtual clock; everything that falls due on the way happens at its own instant.
     *
     * @throws UnsupportedOperationException with the real clock; IllegalArgumentException for a negative span.
     */
    void advance(long millis);
    /** As advance, asleep: uptime stands still, alarms that are due wake the device for their instant. */
    void sleep(long millis);
    /** Sets the wall clock; needs the virtual clock. */
    void setWallClock(long wallMillis);

    // Records.

    /** Applies any input in its JSON form, as the journal keeps it; the answer is the reply in JSON, or null. */
    @nullable String apply(String input);
    /** The latest inputs with their decisions, from a sequence number on; at most max, of what is still kept. */
    TrailEntry[] readTrail(long fromSequence, int max);
    /** Returns when all effects decided so far have left for their clients. */
    void flush();

    /**
     * Acts as another uid and pid.
     *
     * @throws UnsupportedOperationException where identities come from the kernel alone: with the real clock,
     *     unless the service was started to allow sessions.
     */
    IAppSession openApp(int uid, int pid);
}
