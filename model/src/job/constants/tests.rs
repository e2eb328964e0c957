//! Defaults and clamps of the configurable constants.

use super::*;

fn configured(values: &[(&str, &str)]) -> Constants {
    Constants::android_14().with_config(&values.iter().copied().collect())
}

#[test]
fn job_const_001_every_key_has_its_default_and_its_place() {
    assert_eq!(configured(&[]), Constants::android_14());
    type Read = fn(&Constants) -> i64;
    let numbers: [(&str, i64, Read); 12] = [
        ("min_ready_non_active_jobs_count", 5, |c| c.min_ready_non_active_jobs_count.into()),
        ("max_non_active_job_batch_delay_ms", 1_860_000, |c| c.max_non_active_job_batch_delay_ms),
        ("min_linear_backoff_time_ms", 10_000, |c| c.min_linear_backoff_time_ms),
        ("min_exp_backoff_time_ms", 10_000, |c| c.min_exp_backoff_time_ms),
        ("system_stop_to_failure_ratio", 3, |c| c.system_stop_to_failure_ratio.into()),
        ("conn_update_all_jobs_min_interval_ms", 60_000, |c| {
            c.conn_update_all_jobs_min_interval_ms
        }),
        ("prefetch_force_batch_relax_threshold_ms", 3_600_000, |c| {
            c.prefetch_force_batch_relax_threshold_ms
        }),
        ("aq_schedule_count", 250, |c| c.api_quota_schedule_count.into()),
        ("aq_schedule_window_ms", 60_000, |c| c.api_quota_schedule_window_ms),
        ("runtime_min_guarantee_ms", 600_000, |c| c.runtime_min_guarantee_ms),
        ("runtime_min_ej_guarantee_ms", 180_000, |c| c.runtime_min_ej_guarantee_ms),
        ("max_num_persisted_job_work_items", 100_000, |c| {
            c.max_num_persisted_job_work_items.into()
        }),
    ];
    for (key, default, read) in numbers {
        assert_eq!(read(&configured(&[])), default, "{key}");
        assert_eq!(read(&configured(&[(key, "7654321")])), 7_654_321, "{key}");
        assert_eq!(read(&configured(&[(key, "nonsense")])), default, "{key}");
    }
    type ReadFloat = fn(&Constants) -> Float;
    let floats: [(&str, f32, ReadFloat); 5] = [
        ("heavy_use_factor", 0.9, |c| c.heavy_use_factor),
        ("moderate_use_factor", 0.5, |c| c.moderate_use_factor),
        ("conn_congestion_delay_frac", 0.5, |c| c.conn_congestion_delay_frac),
        ("conn_prefetch_relax_frac", 0.5, |c| c.conn_prefetch_relax_frac),
        ("conn_low_signal_strength_relax_frac", 0.5, |c| c.conn_low_signal_strength_relax_frac),
    ];
    for (key, default, read) in floats {
        assert_eq!(read(&configured(&[])).get(), default, "{key}");
        assert_eq!(read(&configured(&[(key, "0.125")])).get(), 0.125, "{key}");
    }
    type Ask = fn(&Constants) -> bool;
    let switches: [(&str, bool, Ask); 6] = [
        ("conn_use_cell_signal_strength", true, |c| c.conn_use_cell_signal_strength),
        ("enable_api_quotas", true, |c| c.enable_api_quotas),
        ("aq_schedule_throw_exception", true, |c| c.api_quota_schedule_throw_exception),
        ("aq_schedule_return_failure", false, |c| c.api_quota_schedule_return_failure_result),
        ("runtime_use_data_estimates_for_limits", false, |c| {
            c.runtime_use_data_estimates_for_limits
        }),
        ("persist_in_split_files", true, |c| c.persist_in_split_files),
    ];
    for (key, default, ask) in switches {
        assert_eq!(ask(&configured(&[])), default, "{key}");
        assert_ne!(ask(&configured(&[(key, if default { "false" } else { "true" })])), default);
    }
    assert_eq!(configured(&[("aq_schedule_count", "249")]).api_quota_schedule_count, 250);
    assert_eq!(configured(&[("aq_schedule_count", "251")]).api_quota_schedule_count, 251);
}

/// The clamped run times: guarantees of regular, expedited and user-initiated jobs, limit without
/// quota, limit of user-initiated jobs, guarantee of data transfers, cumulative limit.
fn run_times(constants: &Constants) -> [i64; 7] {
    [
        constants.runtime_min_guarantee_ms,
        constants.runtime_min_ej_guarantee_ms,
        constants.runtime_min_ui_guarantee_ms,
        constants.runtime_free_quota_max_limit_ms,
        constants.runtime_ui_limit_ms,
        constants.runtime_min_ui_data_transfer_guarantee_ms,
        constants.runtime_cumulative_ui_limit_ms,
    ]
}

#[test]
fn job_const_002_each_run_time_is_clamped_by_the_ones_before() {
    let key = |key, value| run_times(&configured(&[(key, value)]));
    let default = [600_000, 180_000, 21_600_000, 1_800_000, 43_200_000, 21_600_000, 86_400_000];
    assert_eq!(run_times(&Constants::android_14()), default);
    assert_eq!(key("runtime_min_guarantee_ms", "599999"), default);
    assert_eq!(key("runtime_min_ej_guarantee_ms", "59999")[1], 60_000);
    assert_eq!(key("runtime_min_ej_guarantee_ms", "60001")[1], 60_001);
    assert_eq!(key("runtime_free_quota_max_limit_ms", "1")[3], 600_000);
    assert_eq!(key("runtime_min_ui_guarantee_ms", "1")[2], 600_000);
    assert_eq!(key("runtime_ui_limit_ms", "1")[4], 21_600_000);
    assert_eq!(key("runtime_min_ui_data_transfer_guarantee_ms", "1")[5], 21_600_000);
    assert_eq!(key("runtime_cumulative_ui_limit_ms", "1")[6], 43_200_000);
    let long = "9000000000";
    let n = 9_000_000_000;
    assert_eq!(key("runtime_min_guarantee_ms", long), [n, 180_000, n, n, n, n, n]);
    assert_eq!(
        key("runtime_free_quota_max_limit_ms", long),
        [600_000, 180_000, 21_600_000, n, n, 21_600_000, n]
    );
    let lowest = i64::MIN.to_string();
    let keys = [
        "runtime_min_guarantee_ms",
        "runtime_min_ej_guarantee_ms",
        "runtime_min_ui_guarantee_ms",
        "runtime_free_quota_max_limit_ms",
        "runtime_ui_limit_ms",
        "runtime_min_ui_data_transfer_guarantee_ms",
        "runtime_cumulative_ui_limit_ms",
    ];
    let all: Vec<_> = keys.iter().map(|key| (*key, lowest.as_str())).collect();
    let floor = [600_000, 60_000, 600_000, 600_000, 600_000, 600_000, 600_000];
    assert_eq!(run_times(&configured(&all)), floor);
}

#[test]
fn job_time_001_the_buffer_factor_is_at_least_1() {
    let factor = |value| {
        let key = "runtime_min_ui_data_transfer_guarantee_buffer_factor";
        configured(&[(key, value)]).runtime_min_ui_data_transfer_guarantee_buffer_factor.get()
    };
    assert_eq!(factor("none"), 1.35);
    assert_eq!(factor("0.999"), 1.0);
    assert_eq!(factor("-3"), 1.0);
    assert_eq!(factor("1.5"), 1.5);
    assert!(factor("NaN").is_nan(), "as Java's");
}

#[test]
fn job_time_002_all_run_times_are_read_together() {
    let changed = configured(&[
        ("runtime_cumulative_ui_limit_ms", "50000000"),
        ("runtime_ui_limit_ms", "60000000"),
    ]);
    assert_eq!(
        changed.runtime_cumulative_ui_limit_ms, 60_000_000,
        "whatever the order of the keys"
    );
    let back = Constants::android_14().with_config(&DeviceConfig::default());
    assert_eq!(back, Constants::android_14(), "a key that is gone is the default again");
}

#[test]
fn job_const_007_these_never_change() {
    assert_eq!(MAX_JOBS_PER_APP, 150);
    assert_eq!(NUM_COMPLETED_JOB_HISTORY, 20);
    assert_eq!(MAX_ALLOWED_PERIOD_MS, 365 * 24 * 3_600_000);
    assert_eq!(PERIODIC_JOB_WINDOW_BUFFER, 1_800_000);
    assert_eq!(MAX_EJ_GUARANTEE_RESTRICTED_MS, 300_000);
    assert_eq!(crate::job::status::MIN_WINDOW_FOR_FLEXIBILITY_MS, 3_600_000);
}
