//! Guarantees and limits.

use super::*;
use crate::ids::Uid;
use crate::job::info::{
    JobInfo, NetworkRequest, FLAG_EXPEDITED, FLAG_USER_INITIATED, PRIORITY_MAX,
};
use crate::job::status::{InternalFlags, Origin};
use crate::job::RecordId;
use crate::time::Elapsed;

const NOW: Elapsed = Elapsed(1);

struct Facts {
    permitted: bool,
    transfer_time: Option<i64>,
    quota: i64,
}

const FACTS: Facts = Facts { permitted: true, transfer_time: None, quota: i64::MAX };

impl LimitFacts for Facts {
    fn may_run_user_initiated_jobs(&self, _: &JobStatus) -> bool {
        self.permitted
    }

    fn estimated_transfer_time_ms(&self, _: &JobStatus) -> Option<i64> {
        self.transfer_time
    }

    fn max_execution_time_by_quota_ms(&self, _: &JobStatus) -> i64 {
        self.quota
    }
}

fn record(bucket: StandbyBucket, change: impl FnOnce(&mut JobInfo)) -> JobStatus {
    let mut job = JobInfo::default();
    change(&mut job);
    let origin = Origin { standby_bucket: bucket, ..Origin::own(RecordId(1), Uid(10_123)) };
    JobStatus::create_from_job_info(job, origin, NOW)
}

fn regular() -> JobStatus {
    record(StandbyBucket::Active, |_| ())
}

fn expedited(bucket: StandbyBucket) -> JobStatus {
    let mut job = record(bucket, |job| {
        job.flags = FLAG_EXPEDITED;
        job.priority = PRIORITY_MAX;
    });
    job.set_expedited_job_quota_approved(NOW, true);
    job.set_expedited_job_tare_approved(NOW, true);
    job
}

fn user_initiated() -> JobStatus {
    record(StandbyBucket::Active, |job| {
        job.flags = FLAG_USER_INITIATED;
        job.required_network = NetworkRequest::of_type(1, None);
    })
}

fn configured(values: &[(&str, &str)]) -> Constants {
    Constants::android_14().with_config(&values.iter().copied().collect())
}

fn limits(job: &JobStatus, facts: &Facts, constants: &Constants) -> (i64, i64) {
    let limits = time_limits(job, facts, constants, &mut Output::new());
    (limits.guarantee_ms, limits.max_ms)
}

const ESTIMATES_ON: (&str, &str) = ("runtime_use_data_estimates_for_limits", "true");
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

#[test]
fn job_time_010_the_first_row_that_fits_is_the_guarantee() {
    let default = Constants::android_14();
    let guarantee = |job: &JobStatus, facts: &Facts, constants: &Constants| {
        let mut out = Output::tracing();
        let guarantee = min_job_execution_guarantee_ms(job, facts, constants, &mut out);
        assert_eq!(out.decisions[0].rule.id, "JOB-TIME-010");
        guarantee
    };
    assert_eq!(guarantee(&user_initiated(), &FACTS, &default), 6 * HOUR);
    let longer = configured(&[("runtime_min_ui_data_transfer_guarantee_ms", "30000000")]);
    assert_eq!(guarantee(&user_initiated(), &FACTS, &longer), 30_000_000);
    let on = configured(&[ESTIMATES_ON]);
    let with = |time| Facts { transfer_time: time, ..FACTS };
    assert_eq!(guarantee(&user_initiated(), &with(None), &on), 6 * HOUR);
    assert_eq!(guarantee(&user_initiated(), &with(Some(8 * HOUR)), &on), 38_880_000);
    assert_eq!(guarantee(&user_initiated(), &with(Some(1)), &on), 6 * HOUR);
    assert_eq!(guarantee(&user_initiated(), &with(Some(i64::MAX)), &on), 12 * HOUR);
    let offline = record(StandbyBucket::Active, |job| job.flags = FLAG_USER_INITIATED);
    assert_eq!(guarantee(&offline, &FACTS, &longer), 6 * HOUR);
    assert_eq!(guarantee(&expedited(StandbyBucket::Active), &FACTS, &default), 3 * MINUTE);
    let generous = configured(&[("runtime_min_ej_guarantee_ms", "400000")]);
    assert_eq!(guarantee(&expedited(StandbyBucket::Rare), &FACTS, &generous), 400_000);
    assert_eq!(guarantee(&expedited(StandbyBucket::Restricted), &FACTS, &generous), 5 * MINUTE);
    assert_eq!(guarantee(&regular(), &FACTS, &default), 10 * MINUTE);
    let denied = Facts { permitted: false, ..FACTS };
    assert_eq!(guarantee(&user_initiated(), &denied, &default), 10 * MINUTE);
    let mut demoted = user_initiated();
    demoted.add_internal_flags(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
    assert_eq!(guarantee(&demoted, &FACTS, &default), 10 * MINUTE);
}

#[test]
fn job_const_004_the_restricted_cap_looks_at_the_effective_bucket() {
    let generous = configured(&[("runtime_min_ej_guarantee_ms", "400000")]);
    let mut job = expedited(StandbyBucket::Restricted);
    job.set_uid_active(true);
    assert_eq!(limits(&job, &FACTS, &generous).0, 400_000);
}

#[test]
fn job_time_011_a_user_initiated_job_without_network_is_never_built() {
    let job = JobInfo { flags: FLAG_USER_INITIATED, priority: PRIORITY_MAX, ..JobInfo::default() };
    let refused = job.enforce_validity(crate::job::info::ValidityGates::default()).unwrap_err();
    assert_eq!(refused.rule().id, "JOB-VAL-064");
}

#[test]
fn job_time_012_these_are_the_default_guarantees() {
    let default = Constants::android_14();
    assert_eq!(limits(&user_initiated(), &FACTS, &default).0, 6 * HOUR);
    assert_eq!(limits(&expedited(StandbyBucket::Restricted), &FACTS, &default).0, 3 * MINUTE);
    assert_eq!(limits(&regular(), &FACTS, &default).0, 10 * MINUTE);
}

#[test]
fn job_time_013_the_margin_is_a_product_of_32_bit_floats() {
    assert_eq!(buffered_ms(3_600_001, 1.35), 4_860_001);
    assert_eq!(buffered_ms(16_777_217, 1.0), 16_777_216, "the factor is rounded first");
    assert_eq!(buffered_ms(i64::MAX, 2.0), i64::MAX, "it saturates");
    assert_eq!(buffered_ms(5, f32::NAN), 0);
}

#[test]
fn job_time_020_the_maximum_depends_on_kind_and_permission() {
    let default = Constants::android_14();
    let max = |job: &JobStatus, facts: &Facts| {
        let mut out = Output::tracing();
        let max = max_job_execution_time_ms(job, facts, &default, &mut out);
        assert_eq!(out.decisions[0].rule.id, "JOB-TIME-020");
        max
    };
    assert_eq!(max(&user_initiated(), &FACTS), 12 * HOUR);
    assert_eq!(max(&user_initiated(), &Facts { permitted: false, ..FACTS }), 30 * MINUTE);
    assert_eq!(max(&regular(), &Facts { quota: 5, ..FACTS }), 5);
    assert_eq!(max(&regular(), &FACTS), 30 * MINUTE);
    assert_eq!(max(&expedited(StandbyBucket::Active), &Facts { quota: -1, ..FACTS }), -1);
}

#[test]
fn job_const_005_quota_does_not_limit_a_user_initiated_job() {
    let none = Facts { quota: 0, ..FACTS };
    assert_eq!(limits(&user_initiated(), &none, &Constants::android_14()).1, 12 * HOUR);
}

#[test]
fn job_time_023_these_are_the_default_limits() {
    let default = Constants::android_14();
    let denied = Facts { permitted: false, ..FACTS };
    assert_eq!(limits(&user_initiated(), &FACTS, &default), (6 * HOUR, 12 * HOUR));
    assert_eq!(limits(&user_initiated(), &denied, &default), (10 * MINUTE, 30 * MINUTE));
    let urgent = expedited(StandbyBucket::Active);
    for (quota, max) in [(0, 3), (3, 3), (4, 4), (30, 30), (31, 30)] {
        let facts = Facts { quota: quota * MINUTE, ..FACTS };
        assert_eq!(limits(&urgent, &facts, &default), (3 * MINUTE, max * MINUTE));
    }
    for (quota, max) in [(0, 10), (10, 10), (11, 11), (31, 30)] {
        let facts = Facts { quota: quota * MINUTE, ..FACTS };
        assert_eq!(limits(&regular(), &facts, &default), (10 * MINUTE, max * MINUTE));
    }
}

fn transfer(download: i64, upload: i64, link: Option<(i32, i32)>) -> Option<i64> {
    let link = link
        .map(|(downstream_kbps, upstream_kbps)| LinkBandwidth { downstream_kbps, upstream_kbps });
    estimated_transfer_time_ms(NetworkBytes { download, upload, minimum_chunk: -1 }, link)
}

#[test]
fn job_time_030_both_directions_add_up() {
    assert_eq!(transfer(1_000_000, 1_000_000, Some((8, 16))), Some(1_500_000));
    assert_eq!(transfer(1_000_000, -1, Some((8, 16))), Some(1_000_000));
    assert_eq!(transfer(-1, 1_000_000, Some((8, 16))), Some(500_000));
    assert_eq!(transfer(-1, -1, Some((8, 16))), None);
    assert_eq!(transfer(1_000_000, 1_000_000, Some((0, 16))), Some(500_000));
    assert_eq!(transfer(1_000_000, 1_000_000, Some((0, -1))), None);
    assert_eq!(transfer(1_000_000, 1_000_000, None), None, "no network is assigned");
}

#[test]
fn job_time_031_divisions_cut_off_and_products_wrap() {
    assert_eq!(transfer(999, -1, Some((1, 1))), Some(7_992));
    assert_eq!(transfer(124, -1, Some((8_000, 1))), Some(0));
    assert_eq!(transfer(0, -1, Some((1, 1))), Some(0));
    assert_eq!(transfer(i64::MAX, -1, Some((1, 1))), Some(-8), "the product wraps to -1000");
    assert_eq!(transfer(1_000, -1, Some((i32::MAX, 1))), Some(0));
}

#[test]
fn job_time_032_an_estimate_counts_only_where_it_is_switched_on() {
    let facts = Facts { transfer_time: Some(8 * HOUR), ..FACTS };
    let off = limits(&user_initiated(), &facts, &Constants::android_14());
    assert_eq!(off, (6 * HOUR, 12 * HOUR));
    let on = limits(&user_initiated(), &facts, &configured(&[ESTIMATES_ON]));
    assert_eq!(on, (38_880_000, 12 * HOUR), "the maximum stays");
}

#[test]
fn job_const_006_the_payload_has_no_influence_by_default() {
    let small = Facts { transfer_time: Some(1), ..FACTS };
    let large = Facts { transfer_time: Some(i64::MAX), ..FACTS };
    let default = Constants::android_14();
    let job = user_initiated();
    assert_eq!(limits(&job, &small, &default), limits(&job, &large, &default));
}

#[test]
fn job_time_033_time_already_spent_shortens_nothing() {
    let mut job = user_initiated();
    job.increment_cumulative_execution_time(23 * HOUR);
    assert_eq!(limits(&job, &FACTS, &Constants::android_14()), (6 * HOUR, 12 * HOUR));
}
