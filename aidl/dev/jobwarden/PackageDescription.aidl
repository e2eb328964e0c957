package dev.jobwarden;

import dev.jobwarden.ServiceDescription;

/** A package as its manifest describes it. */
parcelable PackageDescription {
    /** Its name. */
    String name = "";
    /** The same in every user; packages that share a user id share it. */
    int appId = 0;
    /** The SDK it was made for. */
    int targetSdk = 34;
    /** May be debugged: some mistakes then throw. */
    boolean debuggable = false;
    /** Runs without being installed. */
    boolean instant = false;
    /** Part of the system image. */
    boolean system = false;
    /** `uses-permission`, by full name. All are granted on installation. */
    String[] permissions;
    /** Its services. */
    ServiceDescription[] services;
}
