//! Rules JOB-RESCHED-*: what follows a finished or stopped job. Text: `docs/spec/02-job-lifecycle.md`.

use super::{Rule, Status};

rules! { "JOB-RESCHED", 2;
    JOB_RESCHED_001 = "JOB-RESCHED-001", "Constants", Status::Implemented;
    JOB_RESCHED_002 = "JOB-RESCHED-002", "User stop drops user-visible jobs", Status::Implemented;
    JOB_RESCHED_003 = "JOB-RESCHED-003", "Failure or system stop", Status::Implemented;
    JOB_RESCHED_004 = "JOB-RESCHED-004", "Backoff attempts", Status::Implemented;
    JOB_RESCHED_005 = "JOB-RESCHED-005", "No delay for attempts = 0", Status::Implemented;
    JOB_RESCHED_006 = "JOB-RESCHED-006", "Linear backoff", Status::Implemented, oddity "the product wraps";
    JOB_RESCHED_007 = "JOB-RESCHED-007", "Exponential backoff", Status::Implemented, oddity "computed in 32-bit floating point";
    JOB_RESCHED_008 = "JOB-RESCHED-008", "Cap and earliest time", Status::Implemented;
    JOB_RESCHED_009 = "JOB-RESCHED-009", "Examples (defaults, 30 000 ms exponential)", Status::Implemented;
    JOB_RESCHED_010 = "JOB-RESCHED-010", "Fields of the successor after a stop", Status::Implemented;
    JOB_RESCHED_011 = "JOB-RESCHED-011", "Demotion after a user stop", Status::Implemented;
    JOB_RESCHED_012 = "JOB-RESCHED-012", "Demotion after cumulative time", Status::Implemented;
    JOB_RESCHED_013 = "JOB-RESCHED-013", "No demotion by failure count", Status::Implemented;
    JOB_RESCHED_014 = "JOB-RESCHED-014", "Demotion flags are sticky", Status::Implemented;
    JOB_RESCHED_015 = "JOB-RESCHED-015", "Doze/battery-saver deferral after a long run", Status::Implemented;
    JOB_RESCHED_016 = "JOB-RESCHED-016", "Side effect: quota bypass", Status::Implemented;
    JOB_RESCHED_017 = "JOB-RESCHED-017", "Cumulative execution time", Status::Implemented;
    JOB_RESCHED_018 = "JOB-RESCHED-018", "First retry is not flexible", Status::Implemented;
    JOB_RESCHED_020 = "JOB-RESCHED-020", "Job completion", Status::Implemented;
    JOB_RESCHED_021 = "JOB-RESCHED-021", "Successor enters like any tracked job", Status::Implemented, oddity "the successor is stored, and nobody looks whether it could run";
    JOB_RESCHED_022 = "JOB-RESCHED-022", "Expedited quota is not checked on reschedule", Status::Implemented;
    JOB_RESCHED_023 = "JOB-RESCHED-023", "Work items on stop", Status::Implemented;
    JOB_RESCHED_024 = "JOB-RESCHED-024", "Delay and deadline alarms of a successor are not set at first", Status::Implemented;
    JOB_RESCHED_030 = "JOB-RESCHED-030", "Periodic reschedule: inputs", Status::Implemented;
    JOB_RESCHED_031 = "JOB-RESCHED-031", "Finished within or before its window (now <= L)", Status::Implemented;
    JOB_RESCHED_032 = "JOB-RESCHED-032", "Finished after its window (now > L)", Status::Implemented;
    JOB_RESCHED_033 = "JOB-RESCHED-033", "New window", Status::Implemented;
    JOB_RESCHED_034 = "JOB-RESCHED-034", "Periodic examples (minutes; L = end of the current window)", Status::Implemented;
    JOB_RESCHED_035 = "JOB-RESCHED-035", "State of the periodic successor", Status::Implemented;
    JOB_RESCHED_036 = "JOB-RESCHED-036", "Failing periodic job", Status::Implemented;
}
