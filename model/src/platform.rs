//! A release of Android as data: every default, and what `device_config` puts in its place.

use std::collections::BTreeMap;

/// A release of Android. Rooms read their constants from it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Platform {
    /// The API level.
    pub sdk: i32,
    /// `ro.hw_timeout_multiplier`: how much slower than usual the device may answer.
    pub timeout_multiplier: i64,
    device_config: BTreeMap<(String, String), String>,
}

impl Platform {
    /// Android 14, API level 34, with nothing configured.
    pub fn android_14() -> Self {
        Self { sdk: 34, timeout_multiplier: 1, device_config: BTreeMap::new() }
    }

    /// Sets a `device_config` value, or removes it.
    pub fn configure(&mut self, namespace: &str, key: &str, value: Option<&str>) {
        let name = (namespace.to_owned(), key.to_owned());
        match value {
            Some(value) => self.device_config.insert(name, value.to_owned()),
            None => self.device_config.remove(&name),
        };
    }

    /// The configured values of a namespace, by key.
    pub fn configured<'a>(
        &'a self,
        namespace: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        self.device_config
            .range((namespace.to_owned(), String::new())..)
            .take_while(move |((name, _), _)| name == namespace)
            .map(|((_, key), value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_values_belong_to_their_namespace() {
        let mut platform = Platform::android_14();
        platform.configure("jobscheduler", "runtime_ui_limit_ms", Some("1"));
        platform.configure("jobscheduler2", "x", Some("2"));
        platform.configure("activity_manager", "y", Some("3"));
        let seen: Vec<_> = platform.configured("jobscheduler").collect();
        assert_eq!(seen, [("runtime_ui_limit_ms", "1")]);
        platform.configure("jobscheduler", "runtime_ui_limit_ms", None);
        assert_eq!(platform.configured("jobscheduler").count(), 0);
    }
}
