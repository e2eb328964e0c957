//! The input of one vector.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::vectors) struct Input {
    #[serde(default)]
    pub app: App,
    pub client: Option<App>,
    pub services: BTreeMap<String, Service>,
    #[serde(default)]
    pub device_config: BTreeMap<String, Value>,
    #[serde(default)]
    pub change_overrides: BTreeMap<u64, bool>,
    #[serde(default)]
    pub process_start_ms: i64,
    #[serde(default)]
    pub app_survives_crashes: bool,
    pub steps: Vec<Vec<Value>>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(in crate::vectors) struct App {
    pub state: String,
    pub target_sdk_version: i32,
    pub denied_permissions: BTreeSet<String>,
    pub granted_permissions: BTreeSet<String>,
    pub while_in_use_permissions: BTreeSet<String>,
    pub instant: bool,
    pub instant_app_start_foreground_app_op: String,
}

impl Default for App {
    fn default() -> Self {
        Self {
            state: "background".to_owned(),
            target_sdk_version: 34,
            denied_permissions: BTreeSet::new(),
            granted_permissions: BTreeSet::new(),
            while_in_use_permissions: BTreeSet::new(),
            instant: false,
            instant_app_start_foreground_app_op: "default".to_owned(),
        }
    }
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::vectors) struct Service {
    #[serde(default)]
    pub types: Vec<String>,
    #[serde(default = "app")]
    pub process: String,
    #[serde(default = "sticky")]
    pub start_command_result: String,
    #[serde(default)]
    pub stop_with_task: bool,
}

fn app() -> String {
    "app".to_owned()
}

fn sticky() -> String {
    "STICKY".to_owned()
}
