//! Rules JOB-USERSTOP-*: user stops and user-visible jobs. Text: `docs/spec/02-job-lifecycle.md`.

use super::{Rule, Status};

rules! { "JOB-USERSTOP", 2;
    JOB_USERSTOP_001 = "JOB-USERSTOP-001", "The stop gesture", Status::NotModelled("SystemUI decides what it shows");
    JOB_USERSTOP_002 = "JOB-USERSTOP-002", "Permission of the note call", Status::Implemented;
    JOB_USERSTOP_003 = "JOB-USERSTOP-003", "Unknown package", Status::Implemented;
    JOB_USERSTOP_004 = "JOB-USERSTOP-004", "Running jobs are marked", Status::Implemented;
    JOB_USERSTOP_005 = "JOB-USERSTOP-005", "All jobs of the uid are demoted and dequeued", Status::Implemented;
    JOB_USERSTOP_006 = "JOB-USERSTOP-006", "Process termination", Status::Implemented;
    JOB_USERSTOP_007 = "JOB-USERSTOP-007", "No onStopJob", Status::Implemented;
    JOB_USERSTOP_008 = "JOB-USERSTOP-008", "Outcome per job", Status::Implemented;
    JOB_USERSTOP_009 = "JOB-USERSTOP-009", "Finish between mark and death", Status::Implemented;
    JOB_USERSTOP_010 = "JOB-USERSTOP-010", "Mark without death", Status::Implemented;
    JOB_USERSTOP_011 = "JOB-USERSTOP-011", "Way back", Status::Implemented;
    JOB_USERSTOP_012 = "JOB-USERSTOP-012", "Observers", Status::Implemented;
    JOB_USERSTOP_013 = "JOB-USERSTOP-013", "Summary content", Status::Implemented;
    JOB_USERSTOP_014 = "JOB-USERSTOP-014", "Task Manager entry", Status::NotModelled("SystemUI decides what it shows");
    JOB_USERSTOP_015 = "JOB-USERSTOP-015", "Entry not shown", Status::NotModelled("SystemUI decides what it shows");
    JOB_USERSTOP_016 = "JOB-USERSTOP-016", "Stop button not shown", Status::NotModelled("SystemUI decides what it shows");
    JOB_USERSTOP_017 = "JOB-USERSTOP-017", "Order of exemption reasons", Status::NotModelled("SystemUI decides what it shows");
    JOB_USERSTOP_018 = "JOB-USERSTOP-018", "UI control refresh", Status::NotModelled("SystemUI decides what it shows");
    JOB_USERSTOP_019 = "JOB-USERSTOP-019", "No per-job user stop", Status::Implemented;
}
