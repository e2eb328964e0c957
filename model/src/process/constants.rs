//! The times of `ActivityManagerConstants` that process states depend on.

/// What device_config and global settings may change. Durations are milliseconds.
///
/// Rule: PROC-ADJ-002.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Constants {
    /// `service_max_inactivity`, uptime: how long a started service without activity counts.
    pub max_service_inactivity_ms: i64,
    /// `top_to_fgs_grace_duration`, uptime: how long a foreground service profits from having been top.
    pub top_to_fgs_grace_duration_ms: i64,
    /// `top_to_almost_perceptible_grace_duration`, uptime: the same for a job of a top app.
    pub top_to_almost_perceptible_grace_duration_ms: i64,
    /// `service_bind_almost_perceptible_timeout_ms`, uptime: how long such a binding is remembered.
    pub service_bind_almost_perceptible_timeout_ms: i64,
    /// `max_previous_time`, uptime: how long the previous app keeps its place.
    pub max_previous_time_ms: i64,
    /// `content_provider_retain_time`, uptime: how long a provider that was used keeps its process.
    pub content_provider_retain_time_ms: i64,
    /// `short_fgs_timeout_duration`, uptime: how long a short service may run.
    pub short_fgs_timeout_duration_ms: i64,
    /// `short_fgs_proc_state_extra_wait_duration`, uptime: how long its state outlives its time-out.
    pub short_fgs_proc_state_extra_wait_duration_ms: i64,
    /// `background_settle_time`: elapsed time in the background after which a uid is idle.
    ///
    /// Rule: PROC-STATE-021.
    pub background_settle_time_ms: i64,
    /// `kill_bg_restricted_cached_idle_settle_time`: uptime after which a process that turned cached has
    /// the uids looked at.
    pub kill_bg_restricted_cached_idle_settle_time_ms: i64,
    /// `max_cached_processes`: how many cached processes are kept, empty ones included.
    ///
    /// Rule: PROC-ADJ-045.
    pub max_cached_processes: i32,
    /// `no_kill_cached_processes_until_boot_completed`.
    pub no_kill_cached_processes_until_boot_completed: bool,
    /// `no_kill_cached_processes_post_boot_completed_duration_millis`, uptime.
    pub no_kill_cached_processes_post_boot_completed_duration_ms: i64,
    /// `use_tiered_cached_adj`: three values for cached processes in place of slots.
    pub use_tiered_cached_adj: bool,
    /// `tiered_cached_adj_decay_time`, uptime.
    pub tiered_cached_adj_decay_time_ms: i64,
}

impl Constants {
    /// The values of Android 14.
    pub const fn android_14() -> Self {
        Self {
            max_service_inactivity_ms: 30 * 60 * 1000,
            top_to_fgs_grace_duration_ms: 15_000,
            top_to_almost_perceptible_grace_duration_ms: 15_000,
            service_bind_almost_perceptible_timeout_ms: 15_000,
            max_previous_time_ms: 60_000,
            content_provider_retain_time_ms: 20_000,
            short_fgs_timeout_duration_ms: 180_000,
            short_fgs_proc_state_extra_wait_duration_ms: 5_000,
            background_settle_time_ms: 60_000,
            kill_bg_restricted_cached_idle_settle_time_ms: 60_000,
            max_cached_processes: 1024,
            no_kill_cached_processes_until_boot_completed: true,
            no_kill_cached_processes_post_boot_completed_duration_ms: 600_000,
            use_tiered_cached_adj: false,
            tiered_cached_adj_decay_time_ms: 60_000,
        }
    }
}

impl Default for Constants {
    fn default() -> Self {
        Self::android_14()
    }
}
