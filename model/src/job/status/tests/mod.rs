//! The record of a job, alone.

mod origin;
mod properties;
mod ready;
mod reasons;
mod treatment;
mod work;

use super::*;
use crate::job::info::{
    JobInfo, NetworkRequest, FLAG_EXPEDITED, FLAG_PREFETCH, FLAG_USER_INITIATED, PRIORITY_MAX,
};
use crate::job::RecordId;

/// When jobs are scheduled here.
const NOW: Elapsed = Elapsed(100_000_000);
const UID: Uid = Uid(10_123);

fn info(change: impl FnOnce(&mut JobInfo)) -> JobInfo {
    let service = crate::ComponentName::new("com.example", ".Service");
    let mut job = JobInfo { id: 7, service, ..JobInfo::default() };
    change(&mut job);
    job
}

/// The record of a job that its app schedules for itself.
fn record(change: impl FnOnce(&mut JobInfo)) -> JobStatus {
    JobStatus::create_from_job_info(info(change), Origin::own(RecordId(1), UID), NOW)
}

/// The record of a job whose app is in this bucket.
fn record_in(bucket: StandbyBucket, change: impl FnOnce(&mut JobInfo)) -> JobStatus {
    let origin = Origin { standby_bucket: bucket, ..Origin::own(RecordId(1), UID) };
    JobStatus::create_from_job_info(info(change), origin, NOW)
}

/// The record of a job that has lived before.
fn lived(change: impl FnOnce(&mut JobInfo), lifetime: Lifetime) -> JobStatus {
    JobStatus::new(info(change), Origin::own(RecordId(1), UID), lifetime)
}

fn expedited(job: &mut JobInfo) {
    job.flags = FLAG_EXPEDITED;
    job.priority = PRIORITY_MAX;
}

fn user_initiated(job: &mut JobInfo) {
    job.flags = FLAG_USER_INITIATED;
    job.priority = PRIORITY_MAX;
    needs_network(job);
}

fn needs_network(job: &mut JobInfo) {
    job.required_network = NetworkRequest::of_type(1, Some(UID));
}

/// Makes everything hold that a job without wishes of its own waits for.
fn satisfy_implicit(status: &mut JobStatus) {
    status.service_process_name = Some("com.example".into());
    status.set_tare_wealth_constraint_satisfied(NOW, true);
    status.set_quota_constraint_satisfied(NOW, true);
    status.set_device_not_dozing_constraint_satisfied(NOW, true, false);
    status.set_background_not_restricted_constraint_satisfied(NOW, true, false);
}

fn ready(change: impl FnOnce(&mut JobInfo)) -> JobStatus {
    let mut status = record(change);
    satisfy_implicit(&mut status);
    status
}

fn approve_expedited(status: &mut JobStatus) {
    status.set_expedited_job_tare_approved(NOW, true);
    status.set_expedited_job_quota_approved(NOW, true);
}

#[test]
fn a_record_is_small_enough_to_exist_a_million_times() {
    assert!(std::mem::size_of::<JobStatus>() <= 464, "{}", std::mem::size_of::<JobStatus>());
}
