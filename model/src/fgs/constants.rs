//! The part of `ActivityManagerConstants` that the service code reads: defaults, keys and units.
//!
//! Durations are milliseconds. No value is clamped; a value that is no number is as good as none.

/// What may be configured while the device runs. Rules: FGS-START-001, FGS-SHORT-001, FGS-DEFER-001.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Constants {
    /// Contract timeout; uptime.
    pub service_start_foreground_timeout: i64,
    /// From there to the ANR; uptime.
    pub service_start_foreground_anr_delay: i64,
    /// How long flags of the start are trusted; elapsed realtime.
    pub fgs_start_foreground_timeout: i64,
    /// Visibility grace of FGS-BG-016; elapsed realtime.
    pub fg_to_bg_fgs_grace_duration: i64,
    /// How long a service may be in the starting list; uptime.
    pub service_bg_start_timeout: i64,
    /// How many services of a user may be in the starting list.
    pub max_starting_background: usize,
    /// First restart delay; uptime.
    pub service_restart_duration: i64,
    /// What each further one is multiplied with.
    pub service_restart_duration_factor: i64,
    /// A service that ran this long starts over; uptime.
    pub service_reset_run_duration: i64,
    /// Distance between restarts; uptime.
    pub service_min_restart_time_between: i64,
    /// Added to it by memory level.
    pub extra_service_restart_delay: Vec<i64>,
    /// Whether it is added.
    pub extra_service_restart_delay_enabled: bool,
    /// Restart delay of a service that keeps crashing, times crashes less one; uptime.
    pub bound_service_crash_restart_duration: i64,
    /// A service that crashed so often is not restarted.
    pub bound_service_max_crash_retry: u32,
    /// Time limit of a callback in foreground execution; uptime. Rule: FGS-START-096.
    pub service_timeout: i64,
    /// Time limit of a callback otherwise; uptime. Rule: FGS-START-096.
    pub service_background_timeout: i64,
    /// How long a short service may run; uptime.
    pub short_fgs_timeout: i64,
    /// From there to the loss of its process state; uptime.
    pub short_fgs_proc_state_extra_wait: i64,
    /// From there to the ANR; uptime.
    pub short_fgs_anr_extra_wait: i64,
    /// Notifications may be held back at all.
    pub deferral_enabled: bool,
    /// Only those of apps that target 31.
    pub deferral_api_gated: bool,
    /// How long; uptime.
    pub deferral_interval: i64,
    /// How long for a short service; uptime.
    pub deferral_interval_for_short: i64,
    /// For how long thereafter the uid's notifications are not held back; uptime.
    pub deferral_exclusion_time: i64,
    /// The same for a short service; uptime.
    pub deferral_exclusion_time_for_short: i64,
    /// `default_background_fgs_starts_restriction_enabled`. Rule: FGS-BG-004.
    pub background_fgs_start_restriction_enabled: bool,
    /// `default_fgs_starts_restriction_enabled`. Rule: FGS-BG-001.
    pub fgs_start_restriction_enabled: bool,
    /// `default_fgs_starts_restriction_check_caller_target_sdk`. Rule: FGS-BG-001.
    pub fgs_start_restriction_check_caller_target_sdk: bool,
    /// `fgs_allow_opt_out`. Rule: FGS-BG-028.
    pub fgs_allow_opt_out: bool,
    /// `system_exempt_power_restrictions_enabled`. Rule: FGS-BG-033.
    pub system_exempt_power_restrictions_enabled: bool,
    /// `key_enable_fgs_while_in_use_fix`. Rule: FGS-WIU-040.
    pub fgs_while_in_use_fix_enabled: bool,
    /// `push_messaging_over_quota_behavior`. Rule: FGS-BG-034.
    pub push_messaging_over_quota_behavior: i32,
    /// Shown this long is enough; elapsed realtime. Rule: FGS-STOP-053.
    pub fgservice_min_shown_time: i64,
    /// Hidden no earlier than this; elapsed realtime. Rule: FGS-STOP-053.
    pub fgservice_min_report_time: i64,
    /// Gone this long with the screen off is enough; elapsed realtime. Rule: FGS-STOP-053.
    pub fgservice_screen_on_before_time: i64,
    /// Shown this long after the screen came on is enough; elapsed realtime. Rule: FGS-STOP-053.
    pub fgservice_screen_on_after_time: i64,
}

impl Constants {
    /// The values of a device with this `ro.hw_timeout_multiplier`, which stretches only what an app may
    /// take for a callback. Rule: FGS-START-096.
    pub fn on_hardware(timeout_multiplier: i64) -> Self {
        let usual = Self::default();
        Self {
            service_timeout: usual.service_timeout.wrapping_mul(timeout_multiplier),
            service_background_timeout: usual
                .service_background_timeout
                .wrapping_mul(timeout_multiplier),
            ..usual
        }
    }
}

impl Default for Constants {
    fn default() -> Self {
        Self {
            service_start_foreground_timeout: 30_000,
            service_start_foreground_anr_delay: 10_000,
            fgs_start_foreground_timeout: 10_000,
            fg_to_bg_fgs_grace_duration: 5_000,
            service_bg_start_timeout: 15_000,
            max_starting_background: 8,
            service_restart_duration: 1_000,
            service_restart_duration_factor: 4,
            service_reset_run_duration: 60_000,
            service_min_restart_time_between: 10_000,
            extra_service_restart_delay: vec![0, 10_000, 20_000, 30_000],
            extra_service_restart_delay_enabled: true,
            bound_service_crash_restart_duration: 1_800_000,
            bound_service_max_crash_retry: 16,
            service_timeout: 20_000,
            service_background_timeout: 200_000,
            short_fgs_timeout: 180_000,
            short_fgs_proc_state_extra_wait: 5_000,
            short_fgs_anr_extra_wait: 10_000,
            deferral_enabled: true,
            deferral_api_gated: false,
            deferral_interval: 10_000,
            deferral_interval_for_short: 10_000,
            deferral_exclusion_time: 120_000,
            deferral_exclusion_time_for_short: 120_000,
            background_fgs_start_restriction_enabled: true,
            fgs_start_restriction_enabled: true,
            fgs_start_restriction_check_caller_target_sdk: true,
            fgs_allow_opt_out: false,
            system_exempt_power_restrictions_enabled: true,
            fgs_while_in_use_fix_enabled: false,
            push_messaging_over_quota_behavior: 1,
            fgservice_min_shown_time: 2_000,
            fgservice_min_report_time: 3_000,
            fgservice_screen_on_before_time: 1_000,
            fgservice_screen_on_after_time: 5_000,
        }
    }
}

/// A value out of range of its Java type counts as none, as does one that is no number.
fn set<T: std::str::FromStr>(constant: &mut T, default: T, value: Option<&str>) {
    *constant = value.and_then(|text| text.parse().ok()).unwrap_or(default);
}

impl Constants {
    /// Sets one constant by its key; `None` sets it to its default. Unknown keys are not for this room.
    ///
    /// Keys of device_config (`activity_manager`) and of `Settings.Global`
    /// (`activity_manager_constants`) do not overlap.
    pub fn configure(&mut self, key: &str, value: Option<&str>) {
        let default = Self::default();
        match key {
            "service_start_foreground_timeout_ms" => set(
                &mut self.service_start_foreground_timeout,
                default.service_start_foreground_timeout,
                value,
            ),
            "service_start_foreground_anr_delay_ms" => set(
                &mut self.service_start_foreground_anr_delay,
                default.service_start_foreground_anr_delay,
                value,
            ),
            "fgs_start_foreground_timeout" => set(
                &mut self.fgs_start_foreground_timeout,
                default.fgs_start_foreground_timeout,
                value,
            ),
            "fg_to_bg_fgs_grace_duration" => set(
                &mut self.fg_to_bg_fgs_grace_duration,
                default.fg_to_bg_fgs_grace_duration,
                value,
            ),
            "short_fgs_timeout_duration" => {
                set(&mut self.short_fgs_timeout, default.short_fgs_timeout, value);
            }
            "short_fgs_proc_state_extra_wait_duration" => set(
                &mut self.short_fgs_proc_state_extra_wait,
                default.short_fgs_proc_state_extra_wait,
                value,
            ),
            "short_fgs_anr_extra_wait_duration" => {
                set(&mut self.short_fgs_anr_extra_wait, default.short_fgs_anr_extra_wait, value)
            }
            _ => self.configure_restart(&default, key, value),
        }
    }

    fn configure_restart(&mut self, default: &Self, key: &str, value: Option<&str>) {
        match key {
            "service_restart_duration" => {
                set(&mut self.service_restart_duration, default.service_restart_duration, value);
            }
            "service_restart_duration_factor" => set(
                &mut self.service_restart_duration_factor,
                default.service_restart_duration_factor,
                value,
            ),
            "service_reset_run_duration" => {
                set(&mut self.service_reset_run_duration, default.service_reset_run_duration, value)
            }
            "service_min_restart_time_between" => set(
                &mut self.service_min_restart_time_between,
                default.service_min_restart_time_between,
                value,
            ),
            "service_crash_restart_duration" => set(
                &mut self.bound_service_crash_restart_duration,
                default.bound_service_crash_restart_duration,
                value,
            ),
            "service_crash_max_retry" => set(
                &mut self.bound_service_max_crash_retry,
                default.bound_service_max_crash_retry,
                value,
            ),
            "service_bg_start_timeout" => {
                set(&mut self.service_bg_start_timeout, default.service_bg_start_timeout, value);
            }
            "enable_extra_delay_svc_restart_mem_pressure" => set(
                &mut self.extra_service_restart_delay_enabled,
                default.extra_service_restart_delay_enabled,
                value,
            ),
            "extra_delay_svc_restart_mem_pressure" => {
                self.extra_service_restart_delay = value
                    .and_then(|list| list.split(',').map(|n| n.trim().parse().ok()).collect())
                    .filter(|list: &Vec<i64>| list.len() == 4)
                    .unwrap_or_else(|| default.extra_service_restart_delay.clone());
            }
            _ => self.configure_deferral(default, key, value),
        }
    }

    fn configure_deferral(&mut self, default: &Self, key: &str, value: Option<&str>) {
        match key {
            "deferred_fgs_notifications_enabled" => {
                set(&mut self.deferral_enabled, default.deferral_enabled, value);
            }
            "deferred_fgs_notifications_api_gated" => {
                set(&mut self.deferral_api_gated, default.deferral_api_gated, value);
            }
            "deferred_fgs_notification_interval" => {
                set(&mut self.deferral_interval, default.deferral_interval, value);
            }
            "deferred_fgs_notification_interval_for_short" => set(
                &mut self.deferral_interval_for_short,
                default.deferral_interval_for_short,
                value,
            ),
            "deferred_fgs_notification_exclusion_time" => {
                set(&mut self.deferral_exclusion_time, default.deferral_exclusion_time, value);
            }
            "deferred_fgs_notification_exclusion_time_for_short" => set(
                &mut self.deferral_exclusion_time_for_short,
                default.deferral_exclusion_time_for_short,
                value,
            ),
            _ => self.configure_restriction(default, key, value),
        }
    }

    fn configure_restriction(&mut self, default: &Self, key: &str, value: Option<&str>) {
        match key {
            "default_background_fgs_starts_restriction_enabled" => set(
                &mut self.background_fgs_start_restriction_enabled,
                default.background_fgs_start_restriction_enabled,
                value,
            ),
            "default_fgs_starts_restriction_enabled" => set(
                &mut self.fgs_start_restriction_enabled,
                default.fgs_start_restriction_enabled,
                value,
            ),
            "default_fgs_starts_restriction_check_caller_target_sdk" => set(
                &mut self.fgs_start_restriction_check_caller_target_sdk,
                default.fgs_start_restriction_check_caller_target_sdk,
                value,
            ),
            "fgs_allow_opt_out" => {
                set(&mut self.fgs_allow_opt_out, default.fgs_allow_opt_out, value);
            }
            "system_exempt_power_restrictions_enabled" => set(
                &mut self.system_exempt_power_restrictions_enabled,
                default.system_exempt_power_restrictions_enabled,
                value,
            ),
            "key_enable_fgs_while_in_use_fix" => set(
                &mut self.fgs_while_in_use_fix_enabled,
                default.fgs_while_in_use_fix_enabled,
                value,
            ),
            "push_messaging_over_quota_behavior" => set(
                &mut self.push_messaging_over_quota_behavior,
                default.push_messaging_over_quota_behavior,
                value,
            ),
            "fgservice_min_shown_time" => {
                set(&mut self.fgservice_min_shown_time, default.fgservice_min_shown_time, value);
            }
            "fgservice_min_report_time" => {
                set(&mut self.fgservice_min_report_time, default.fgservice_min_report_time, value);
            }
            "fgservice_screen_on_before_time" => set(
                &mut self.fgservice_screen_on_before_time,
                default.fgservice_screen_on_before_time,
                value,
            ),
            "fgservice_screen_on_after_time" => set(
                &mut self.fgservice_screen_on_after_time,
                default.fgservice_screen_on_after_time,
                value,
            ),
            _ => {}
        }
    }
}
