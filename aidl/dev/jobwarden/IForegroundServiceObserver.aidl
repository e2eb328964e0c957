package dev.jobwarden;

/** Hears when foreground services start and stop. FGS-STOP-064. */
oneway interface IForegroundServiceObserver {
    /** A service of this package entered the foreground state, or left it. */
    void onForegroundStateChanged(long service, String packageName, int userId, boolean isForeground);
}
