package dev.jobwarden;

/** A network as connectivity describes it. */
parcelable NetworkFacts {
    /** Its id. */
    int id = 0;
    /** `NetworkCapabilities.NET_CAPABILITY_*`, as bits. */
    long capabilities = 0;
    /** `NetworkCapabilities.TRANSPORT_*`, as bits. */
    int transports = 0;
    /** Kbit/s; 0 is unknown. */
    int downKbps = 0;
    /** Kbit/s; 0 is unknown. */
    int upKbps = 0;
}
