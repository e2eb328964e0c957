//! The network an app asks for, and how Android's builder completes such a request.

use serde::{Deserialize, Serialize};

use crate::codes::codes;
use crate::ids::Uid;

codes! {
    /// `JobInfo.NETWORK_TYPE_*`; `NETWORK_TYPE_METERED` is another name of 4. Rule: JOB-INFO-004.
    NetworkType {
        /// No network.
        None = 0, "NONE";
        /// Any network with access to the internet.
        Any = 1, "ANY";
        /// One that costs nothing.
        Unmetered = 2, "UNMETERED";
        /// Not roaming.
        NotRoaming = 3, "NOT_ROAMING";
        /// Cellular.
        Cellular = 4, "CELLULAR";
    }
}

/// Declares a set of numbers below 64 that Android names.
macro_rules! bit_set {
    ($(#[$doc:meta])* $name:ident { $($constant:ident = $bit:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
        )]
        #[serde(from = "Vec<u8>", into = "Vec<u8>")]
        pub struct $name(pub u64);

        impl $name {
            /// The empty set.
            pub const NONE: Self = Self(0);
            $(#[doc = concat!("`", stringify!($constant), "`: ", $bit, ".")]
            pub const $constant: Self = Self(1 << $bit);)*

            /// Every named member with its name, lowest number first.
            pub const NAMED: &'static [(Self, &'static str)] =
                &[$((Self::$constant, stringify!($constant))),*];

            /// The set of this number alone; empty where the number is none of Android's.
            pub const fn of(number: u8) -> Self {
                if number < 64 { Self(1 << number) } else { Self(0) }
            }

            /// Everything in `other` is in this set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Something in `other` is in this set.
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// There is nothing in this set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// This set with `other`.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// This set without `other`.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// The numbers in this set, lowest first.
            pub fn numbers(self) -> impl Iterator<Item = u8> {
                (0..64).filter(move |number| self.contains(Self::of(*number)))
            }
        }

        impl From<Vec<u8>> for $name {
            fn from(numbers: Vec<u8>) -> Self {
                numbers.into_iter().fold(Self::NONE, |set, number| set.with(Self::of(number)))
            }
        }

        impl From<$name> for Vec<u8> {
            fn from(set: $name) -> Self {
                set.numbers().collect()
            }
        }
    };
}

bit_set! {
    /// A set of `NetworkCapabilities.NET_CAPABILITY_*`, written as a list of numbers.
    NetCapabilities {
        MMS = 0,
        SUPL = 1,
        DUN = 2,
        FOTA = 3,
        IMS = 4,
        CBS = 5,
        WIFI_P2P = 6,
        IA = 7,
        RCS = 8,
        XCAP = 9,
        EIMS = 10,
        NOT_METERED = 11,
        INTERNET = 12,
        NOT_RESTRICTED = 13,
        TRUSTED = 14,
        NOT_VPN = 15,
        VALIDATED = 16,
        CAPTIVE_PORTAL = 17,
        NOT_ROAMING = 18,
        FOREGROUND = 19,
        NOT_CONGESTED = 20,
        NOT_SUSPENDED = 21,
        OEM_PAID = 22,
        MCX = 23,
        PARTIAL_CONNECTIVITY = 24,
        TEMPORARILY_NOT_METERED = 25,
        OEM_PRIVATE = 26,
        VEHICLE_INTERNAL = 27,
        NOT_VCN_MANAGED = 28,
        ENTERPRISE = 29,
        VSIM = 30,
        BIP = 31,
        HEAD_UNIT = 32,
        MMTEL = 33,
        PRIORITIZE_LATENCY = 34,
        PRIORITIZE_BANDWIDTH = 35,
    }
}

bit_set! {
    /// A set of `NetworkCapabilities.TRANSPORT_*`, written as a list of numbers.
    Transports {
        CELLULAR = 0,
        WIFI = 1,
        BLUETOOTH = 2,
        ETHERNET = 3,
        VPN = 4,
        WIFI_AWARE = 5,
        LOWPAN = 6,
        TEST = 7,
        USB = 8,
        THREAD = 9,
    }
}

/// A network an app asks for: what it must be able to do and travel over. Rule: JOB-VAL-027.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkRequest {
    /// What it must be able to do.
    pub capabilities: NetCapabilities,
    /// What it may travel over; empty: anything.
    pub transports: Transports,
    /// A specifier narrows the request to one network.
    pub specifier: Option<String>,
    /// Networks limited to certain uids must name this one. Rule: JOB-INFO-041.
    pub uid: Option<Uid>,
}

/// A network with any of these is restricted at once.
const FORCE_RESTRICTED: NetCapabilities = NetCapabilities(
    NetCapabilities::ENTERPRISE.0 | NetCapabilities::OEM_PAID.0 | NetCapabilities::OEM_PRIVATE.0,
);
/// A network with any of these is open to all apps.
const UNRESTRICTED: NetCapabilities = NetCapabilities(
    NetCapabilities::INTERNET.0
        | NetCapabilities::MMS.0
        | NetCapabilities::SUPL.0
        | NetCapabilities::WIFI_P2P.0,
);
/// A network with any of these, and none that opens it to all apps, is restricted.
const RESTRICTED: NetCapabilities = NetCapabilities(
    NetCapabilities::BIP.0
        | NetCapabilities::CBS.0
        | NetCapabilities::DUN.0
        | NetCapabilities::EIMS.0
        | NetCapabilities::FOTA.0
        | NetCapabilities::IA.0
        | NetCapabilities::IMS.0
        | NetCapabilities::MCX.0
        | NetCapabilities::MMTEL.0
        | NetCapabilities::RCS.0
        | NetCapabilities::VEHICLE_INTERNAL.0
        | NetCapabilities::VSIM.0
        | NetCapabilities::XCAP.0,
);
/// A request for anything else may be served by a carrier's managed network.
const VCN_SUPPORTED: NetCapabilities = NetCapabilities(
    NetCapabilities::CAPTIVE_PORTAL.0
        | NetCapabilities::DUN.0
        | NetCapabilities::FOREGROUND.0
        | NetCapabilities::INTERNET.0
        | NetCapabilities::NOT_CONGESTED.0
        | NetCapabilities::NOT_METERED.0
        | NetCapabilities::NOT_RESTRICTED.0
        | NetCapabilities::NOT_ROAMING.0
        | NetCapabilities::NOT_SUSPENDED.0
        | NetCapabilities::NOT_VPN.0
        | NetCapabilities::PARTIAL_CONNECTIVITY.0
        | NetCapabilities::TEMPORARILY_NOT_METERED.0
        | NetCapabilities::TRUSTED.0
        | NetCapabilities::VALIDATED.0,
);

/// `NetworkRequest.Builder`. Rule: JOB-VAL-027.
#[derive(Clone, Debug)]
pub struct NetworkRequestBuilder {
    request: NetworkRequest,
    deduce_not_vcn_managed: bool,
}

impl NetworkRequestBuilder {
    /// A request of the app `uid` with Android's default capabilities.
    pub fn new(uid: Option<Uid>) -> Self {
        let capabilities = NetCapabilities::NOT_RESTRICTED
            .with(NetCapabilities::TRUSTED)
            .with(NetCapabilities::NOT_VPN);
        let request = NetworkRequest { capabilities, uid, ..NetworkRequest::default() };
        Self { request, deduce_not_vcn_managed: true }
    }

    /// `addCapability` of each member.
    #[must_use]
    pub fn add_capabilities(mut self, added: NetCapabilities) -> Self {
        self.request.capabilities = self.request.capabilities.with(added);
        self.deduce_not_vcn_managed &= !added.contains(NetCapabilities::NOT_VCN_MANAGED);
        self
    }

    /// `removeCapability` of each member.
    #[must_use]
    pub fn remove_capabilities(mut self, removed: NetCapabilities) -> Self {
        self.request.capabilities = self.request.capabilities.without(removed);
        self.deduce_not_vcn_managed &= !removed.contains(NetCapabilities::NOT_VCN_MANAGED);
        self
    }

    /// `clearCapabilities`.
    #[must_use]
    pub fn clear_capabilities(mut self) -> Self {
        self.request.capabilities = NetCapabilities::NONE;
        self.deduce_not_vcn_managed = false;
        self
    }

    /// `addTransportType` of each member.
    #[must_use]
    pub fn add_transports(mut self, added: Transports) -> Self {
        self.request.transports = self.request.transports.with(added);
        self
    }

    /// `setNetworkSpecifier`: even `None` counts as a call.
    #[must_use]
    pub fn set_network_specifier(mut self, specifier: Option<String>) -> Self {
        self.request.specifier = specifier;
        self.deduce_not_vcn_managed = false;
        self
    }

    /// The request with what Android deduces from it.
    pub fn build(self) -> NetworkRequest {
        let Self { mut request, deduce_not_vcn_managed } = self;
        let wanted = request.capabilities;
        let restricted = wanted.intersects(FORCE_RESTRICTED)
            || (!wanted.intersects(UNRESTRICTED) && wanted.intersects(RESTRICTED));
        if restricted {
            request.capabilities = request.capabilities.without(NetCapabilities::NOT_RESTRICTED);
        }
        if deduce_not_vcn_managed && VCN_SUPPORTED.contains(request.capabilities) {
            request.capabilities = request.capabilities.with(NetCapabilities::NOT_VCN_MANAGED);
        }
        request
    }
}

impl NetworkRequest {
    /// What `setRequiredNetworkType` asks for; an unknown type counts as [`NetworkType::Any`].
    /// Rule: JOB-VAL-019.
    pub fn of_type(network_type: i32, uid: Option<Uid>) -> Option<Self> {
        let base = || {
            NetworkRequestBuilder::new(uid)
                .add_capabilities(NetCapabilities::INTERNET.with(NetCapabilities::VALIDATED))
                .remove_capabilities(NetCapabilities::NOT_VPN.with(NetCapabilities::NOT_RESTRICTED))
        };
        let builder = match NetworkType::from_code(network_type) {
            Some(NetworkType::None) => return None,
            Some(NetworkType::Any) | None => base(),
            Some(NetworkType::Unmetered) => base().add_capabilities(NetCapabilities::NOT_METERED),
            Some(NetworkType::NotRoaming) => base().add_capabilities(NetCapabilities::NOT_ROAMING),
            Some(NetworkType::Cellular) => base().add_transports(Transports::CELLULAR),
        };
        Some(builder.build())
    }

    /// What `JobInfo.getNetworkType` says of it. Rule: JOB-INFO-010.
    pub fn network_type(&self) -> NetworkType {
        if self.capabilities.contains(NetCapabilities::NOT_METERED) {
            NetworkType::Unmetered
        } else if self.capabilities.contains(NetCapabilities::NOT_ROAMING) {
            NetworkType::NotRoaming
        } else if self.transports.contains(Transports::CELLULAR) {
            NetworkType::Cellular
        } else {
            NetworkType::Any
        }
    }
}
