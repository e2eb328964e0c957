//! The record of a job, alone.

use super::*;
use crate::job::info::JobInfo;

fn record(job: JobInfo) -> JobStatus {
    JobStatus::create_from_job_info(job, Origin::own(RecordId(1), Uid(10_123)), Elapsed(1_000))
}

#[test]
fn a_record_is_small_enough_to_exist_a_million_times() {
    assert!(std::mem::size_of::<JobStatus>() <= 480, "{}", std::mem::size_of::<JobStatus>());
}

#[test]
fn job_info_034_a_fresh_record_has_no_past() {
    let status = record(JobInfo::default());
    assert_eq!((status.num_failures(), status.num_system_stops()), (0, 0));
    assert_eq!(status.cumulative_execution_time_ms(), 0);
    assert_eq!(status.dynamic_constraints(), Constraints::NONE);
    assert_eq!(status.next_work_id(), 1);
    assert_eq!(status.override_state, OverrideState::None);
    assert_eq!(status.internal_flags(), InternalFlags::NONE);
}
