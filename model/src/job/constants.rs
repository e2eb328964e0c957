//! The configurable constants of the job scheduler (`JobSchedulerService.Constants`).

use crate::device_config::{DeviceConfig, Float};

/// `JobSchedulerService.MAX_ALLOWED_PERIOD_MS`: 365 days. Rules: JOB-CONST-007, JOB-RESCHED-001.
pub const MAX_ALLOWED_PERIOD_MS: i64 = 31_536_000_000;
/// `JobSchedulerService.PERIODIC_JOB_WINDOW_BUFFER`: 30 minutes.
pub const PERIODIC_JOB_WINDOW_BUFFER: i64 = 1_800_000;
/// `JobSchedulerService.MAX_JOBS_PER_APP`. Rule: JOB-SCHED-026.
pub const MAX_JOBS_PER_APP: usize = 150;
/// How many completed jobs are remembered.
pub const NUM_COMPLETED_JOB_HISTORY: usize = 20;
/// No expedited job of a restricted app is guaranteed more. Rule: JOB-CONST-004.
pub const MAX_EJ_GUARANTEE_RESTRICTED_MS: i64 = 300_000;

/// A lower count would get in the way of honest apps.
const MIN_API_QUOTA_SCHEDULE_COUNT: i32 = 250;

/// `JobSchedulerService.Constants`. Rule: JOB-CONST-001.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Constants {
    /// `min_ready_non_active_jobs_count`.
    pub min_ready_non_active_jobs_count: i32,
    /// `max_non_active_job_batch_delay_ms`.
    pub max_non_active_job_batch_delay_ms: i64,
    /// `heavy_use_factor`.
    pub heavy_use_factor: Float,
    /// `moderate_use_factor`.
    pub moderate_use_factor: Float,
    /// `min_linear_backoff_time_ms`.
    pub min_linear_backoff_time_ms: i64,
    /// `min_exp_backoff_time_ms`.
    pub min_exp_backoff_time_ms: i64,
    /// `system_stop_to_failure_ratio`.
    pub system_stop_to_failure_ratio: i32,
    /// `conn_congestion_delay_frac`.
    pub conn_congestion_delay_frac: Float,
    /// `conn_prefetch_relax_frac`.
    pub conn_prefetch_relax_frac: Float,
    /// `conn_use_cell_signal_strength`.
    pub conn_use_cell_signal_strength: bool,
    /// `conn_update_all_jobs_min_interval_ms`.
    pub conn_update_all_jobs_min_interval_ms: i64,
    /// `conn_low_signal_strength_relax_frac`.
    pub conn_low_signal_strength_relax_frac: Float,
    /// `prefetch_force_batch_relax_threshold_ms`.
    pub prefetch_force_batch_relax_threshold_ms: i64,
    /// `enable_api_quotas`.
    pub enable_api_quotas: bool,
    /// `aq_schedule_count`: never less than 250.
    pub api_quota_schedule_count: i32,
    /// `aq_schedule_window_ms`.
    pub api_quota_schedule_window_ms: i64,
    /// `aq_schedule_throw_exception`.
    pub api_quota_schedule_throw_exception: bool,
    /// `aq_schedule_return_failure`.
    pub api_quota_schedule_return_failure_result: bool,
    /// `runtime_min_guarantee_ms`.
    pub runtime_min_guarantee_ms: i64,
    /// `runtime_min_ej_guarantee_ms`.
    pub runtime_min_ej_guarantee_ms: i64,
    /// `runtime_free_quota_max_limit_ms`.
    pub runtime_free_quota_max_limit_ms: i64,
    /// `runtime_min_ui_guarantee_ms`.
    pub runtime_min_ui_guarantee_ms: i64,
    /// `runtime_ui_limit_ms`.
    pub runtime_ui_limit_ms: i64,
    /// `runtime_min_ui_data_transfer_guarantee_buffer_factor`.
    pub runtime_min_ui_data_transfer_guarantee_buffer_factor: Float,
    /// `runtime_min_ui_data_transfer_guarantee_ms`.
    pub runtime_min_ui_data_transfer_guarantee_ms: i64,
    /// `runtime_cumulative_ui_limit_ms`.
    pub runtime_cumulative_ui_limit_ms: i64,
    /// `runtime_use_data_estimates_for_limits`.
    pub runtime_use_data_estimates_for_limits: bool,
    /// `persist_in_split_files`.
    pub persist_in_split_files: bool,
    /// `max_num_persisted_job_work_items`.
    pub max_num_persisted_job_work_items: i32,
}

impl Default for Constants {
    fn default() -> Self {
        Self::android_14()
    }
}

impl Constants {
    /// The defaults of Android 14. Rules: JOB-CONST-001, JOB-TIME-001, JOB-RESCHED-001.
    pub fn android_14() -> Self {
        Self {
            min_ready_non_active_jobs_count: 5,
            max_non_active_job_batch_delay_ms: 1_860_000,
            heavy_use_factor: Float::new(0.9),
            moderate_use_factor: Float::new(0.5),
            min_linear_backoff_time_ms: 10_000,
            min_exp_backoff_time_ms: 10_000,
            system_stop_to_failure_ratio: 3,
            conn_congestion_delay_frac: Float::new(0.5),
            conn_prefetch_relax_frac: Float::new(0.5),
            conn_use_cell_signal_strength: true,
            conn_update_all_jobs_min_interval_ms: 60_000,
            conn_low_signal_strength_relax_frac: Float::new(0.5),
            prefetch_force_batch_relax_threshold_ms: 3_600_000,
            enable_api_quotas: true,
            api_quota_schedule_count: 250,
            api_quota_schedule_window_ms: 60_000,
            api_quota_schedule_throw_exception: true,
            api_quota_schedule_return_failure_result: false,
            runtime_min_guarantee_ms: 600_000,
            runtime_min_ej_guarantee_ms: 180_000,
            runtime_free_quota_max_limit_ms: 1_800_000,
            runtime_min_ui_guarantee_ms: 21_600_000,
            runtime_ui_limit_ms: 43_200_000,
            runtime_min_ui_data_transfer_guarantee_buffer_factor: Float::new(1.35),
            runtime_min_ui_data_transfer_guarantee_ms: 21_600_000,
            runtime_cumulative_ui_limit_ms: 86_400_000,
            runtime_use_data_estimates_for_limits: false,
            persist_in_split_files: true,
            max_num_persisted_job_work_items: 100_000,
        }
    }

    /// These defaults with what namespace `jobscheduler` says in their place. Rule: JOB-CONST-001.
    ///
    /// Android reads a group of keys anew when one of them changes. As a group depends on nothing
    /// but its own keys, the outcome is that of reading all of them.
    #[must_use]
    pub fn with_config(&self, config: &DeviceConfig) -> Self {
        let long = |key, default| config.get_long(key, default);
        let int = |key, default| config.get_int(key, default);
        let float = |key, default| config.get_float(key, default);
        let boolean = |key, default| config.get_boolean(key, default);
        let read = Self {
            min_ready_non_active_jobs_count: int(
                "min_ready_non_active_jobs_count",
                self.min_ready_non_active_jobs_count,
            ),
            max_non_active_job_batch_delay_ms: long(
                "max_non_active_job_batch_delay_ms",
                self.max_non_active_job_batch_delay_ms,
            ),
            heavy_use_factor: float("heavy_use_factor", self.heavy_use_factor),
            moderate_use_factor: float("moderate_use_factor", self.moderate_use_factor),
            min_linear_backoff_time_ms: long(
                "min_linear_backoff_time_ms",
                self.min_linear_backoff_time_ms,
            ),
            min_exp_backoff_time_ms: long("min_exp_backoff_time_ms", self.min_exp_backoff_time_ms),
            system_stop_to_failure_ratio: int(
                "system_stop_to_failure_ratio",
                self.system_stop_to_failure_ratio,
            ),
            conn_congestion_delay_frac: float(
                "conn_congestion_delay_frac",
                self.conn_congestion_delay_frac,
            ),
            conn_prefetch_relax_frac: float(
                "conn_prefetch_relax_frac",
                self.conn_prefetch_relax_frac,
            ),
            conn_use_cell_signal_strength: boolean(
                "conn_use_cell_signal_strength",
                self.conn_use_cell_signal_strength,
            ),
            conn_update_all_jobs_min_interval_ms: long(
                "conn_update_all_jobs_min_interval_ms",
                self.conn_update_all_jobs_min_interval_ms,
            ),
            conn_low_signal_strength_relax_frac: float(
                "conn_low_signal_strength_relax_frac",
                self.conn_low_signal_strength_relax_frac,
            ),
            prefetch_force_batch_relax_threshold_ms: long(
                "prefetch_force_batch_relax_threshold_ms",
                self.prefetch_force_batch_relax_threshold_ms,
            ),
            persist_in_split_files: boolean("persist_in_split_files", self.persist_in_split_files),
            max_num_persisted_job_work_items: int(
                "max_num_persisted_job_work_items",
                self.max_num_persisted_job_work_items,
            ),
            ..self.clone()
        };
        read.with_api_quota_config(config).with_runtime_config(config)
    }

    /// The group of the schedule-rate limit. Rules: JOB-CONST-001, JOB-SCHED-012.
    fn with_api_quota_config(self, config: &DeviceConfig) -> Self {
        let count = config.get_int("aq_schedule_count", self.api_quota_schedule_count);
        Self {
            enable_api_quotas: config.get_boolean("enable_api_quotas", self.enable_api_quotas),
            api_quota_schedule_count: count.max(MIN_API_QUOTA_SCHEDULE_COUNT),
            api_quota_schedule_window_ms: config
                .get_long("aq_schedule_window_ms", self.api_quota_schedule_window_ms),
            api_quota_schedule_throw_exception: config.get_boolean(
                "aq_schedule_throw_exception",
                self.api_quota_schedule_throw_exception,
            ),
            api_quota_schedule_return_failure_result: config.get_boolean(
                "aq_schedule_return_failure",
                self.api_quota_schedule_return_failure_result,
            ),
            ..self
        }
    }

    /// The group of the run times, each clamped by the ones before it. Rules: JOB-CONST-002,
    /// JOB-TIME-001, JOB-TIME-002.
    fn with_runtime_config(self, config: &DeviceConfig) -> Self {
        let long = |key, default| config.get_long(key, default);
        let min_guarantee =
            long("runtime_min_guarantee_ms", self.runtime_min_guarantee_ms).max(600_000);
        let free_quota_max_limit =
            long("runtime_free_quota_max_limit_ms", self.runtime_free_quota_max_limit_ms)
                .max(min_guarantee);
        let min_ui_guarantee =
            long("runtime_min_ui_guarantee_ms", self.runtime_min_ui_guarantee_ms)
                .max(min_guarantee);
        let ui_limit = long("runtime_ui_limit_ms", self.runtime_ui_limit_ms)
            .max(free_quota_max_limit)
            .max(min_ui_guarantee);
        let factor = config.get_float(
            "runtime_min_ui_data_transfer_guarantee_buffer_factor",
            self.runtime_min_ui_data_transfer_guarantee_buffer_factor,
        );
        Self {
            runtime_min_guarantee_ms: min_guarantee,
            runtime_min_ej_guarantee_ms: long(
                "runtime_min_ej_guarantee_ms",
                self.runtime_min_ej_guarantee_ms,
            )
            .max(60_000),
            runtime_free_quota_max_limit_ms: free_quota_max_limit,
            runtime_min_ui_guarantee_ms: min_ui_guarantee,
            runtime_ui_limit_ms: ui_limit,
            // Not `max`: Java's lets "not a number" through.
            runtime_min_ui_data_transfer_guarantee_buffer_factor: if factor.get() < 1.0 {
                Float::new(1.0)
            } else {
                factor
            },
            runtime_min_ui_data_transfer_guarantee_ms: long(
                "runtime_min_ui_data_transfer_guarantee_ms",
                self.runtime_min_ui_data_transfer_guarantee_ms,
            )
            .max(min_ui_guarantee),
            runtime_cumulative_ui_limit_ms: long(
                "runtime_cumulative_ui_limit_ms",
                self.runtime_cumulative_ui_limit_ms,
            )
            .max(ui_limit),
            runtime_use_data_estimates_for_limits: config.get_boolean(
                "runtime_use_data_estimates_for_limits",
                self.runtime_use_data_estimates_for_limits,
            ),
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
