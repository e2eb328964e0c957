//! Properties of `DeviceConfig`: what a device changes of the platform's constants at run time.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The properties of one namespace. A value that cannot be read counts as absent, as on Android.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceConfig(pub BTreeMap<String, String>);

impl<'a> FromIterator<(&'a str, &'a str)> for DeviceConfig {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(properties: I) -> Self {
        Self(properties.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl DeviceConfig {
    /// The value as it stands.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// `DeviceConfig.getInt`.
    pub fn get_int(&self, key: &str, default: i32) -> i32 {
        self.get(key).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// `DeviceConfig.getLong`.
    pub fn get_long(&self, key: &str, default: i64) -> i64 {
        self.get(key).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// `DeviceConfig.getFloat`. The syntax is Java's: blanks around, `f` or `d` behind.
    pub fn get_float(&self, key: &str, default: Float) -> Float {
        let parse = |value: &str| {
            let value = value.trim();
            value.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(value).parse().ok()
        };
        self.get(key).and_then(parse).map_or(default, Float::new)
    }

    /// `DeviceConfig.getBoolean`: whatever is not `true` is false.
    pub fn get_boolean(&self, key: &str, default: bool) -> bool {
        self.get(key).map_or(default, |value| value.eq_ignore_ascii_case("true"))
    }
}

/// A constant that Android keeps in a 32-bit float, as a value that can be compared and hashed.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Float(u32);

impl Float {
    /// Keeps the bits.
    pub fn new(value: f32) -> Self {
        Self(value.to_bits())
    }

    /// The number.
    pub fn get(self) -> f32 {
        f32::from_bits(self.0)
    }
}

impl fmt::Debug for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(value: &str) -> DeviceConfig {
        DeviceConfig([("key".to_owned(), value.to_owned())].into())
    }

    #[test]
    fn a_value_that_cannot_be_read_is_the_default() {
        for value in ["", "x", "1.5", "9223372036854775808", " 1"] {
            assert_eq!(config(value).get_long("key", 7), 7, "{value:?}");
        }
        assert_eq!(config("2147483648").get_int("key", 7), 7);
        assert_eq!(config("x").get_float("key", Float::new(0.5)).get(), 0.5);
    }

    #[test]
    fn values_are_read_as_java_reads_them() {
        assert_eq!(config("-3").get_long("key", 7), -3);
        assert_eq!(config("+3").get_int("key", 7), 3);
        assert_eq!(config(" 1.25f ").get_float("key", Float::new(0.5)).get(), 1.25);
        assert!(config("TRUE").get_boolean("key", false));
        assert!(!config("yes").get_boolean("key", true));
        assert!(DeviceConfig::default().get_boolean("key", true));
    }
}
