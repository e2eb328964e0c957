//! Enums whose values are numbered and named by Android.

use std::fmt;

/// A name that stands for no value of an enum.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unknown {kind} `{name}`")]
pub struct UnknownName {
    /// The enum.
    pub kind: &'static str,
    /// The name that was given.
    pub name: String,
}

impl UnknownName {
    /// `name` is none of the names of `kind`.
    pub fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned() }
    }
}

/// Declares an enum with Android's numbers and names. A value is written and read by its name.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $text:literal;)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[repr(i8)]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = concat!("`", $text, "`: ", $code, ".")] $variant = $code,)*
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Android's number.
            pub const fn code(self) -> i32 {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// The value with this number, if there is one.
            pub const fn from_code(code: i32) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Android's name, without the prefix that all values share.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::codes::UnknownName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|value| value.name() == name);
                found.copied().ok_or_else(|| crate::codes::UnknownName::new(stringify!($name), name))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::codes::deserialize_by_name(from)
            }
        }
    };
}
pub(crate) use codes;

/// Reads a value by its name.
pub(crate) fn deserialize_by_name<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: fmt::Display,
{
    let name = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
    name.parse().map_err(serde::de::Error::custom)
}
