package dev.jobwarden;

/** The network a job asks for, as `android.net.NetworkRequest`. JOB-VAL-027. */
parcelable NetworkRequest {
    /** `NetworkCapabilities.NET_CAPABILITY_*`. */
    int[] capabilities;
    /** `NetworkCapabilities.TRANSPORT_*`; empty: any. */
    int[] transports;
    /** Narrows the request to one network. */
    @nullable String specifier;
    /** Networks limited to certain uids must name this one; -1: none. JOB-INFO-041. */
    int uid = -1;
}
