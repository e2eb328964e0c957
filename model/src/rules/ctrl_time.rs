//! Rules CTRL-TIME-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-TIME", 4;
    CTRL_TIME_001 = "CTRL-TIME-001", "Tracking start", Status::Implemented;
    CTRL_TIME_002 = "CTRL-TIME-002", "List order", Status::Implemented;
    CTRL_TIME_003 = "CTRL-TIME-003", "Conditions", Status::Implemented;
    CTRL_TIME_004 = "CTRL-TIME-004", "Delay alarm", Status::Implemented;
    CTRL_TIME_005 = "CTRL-TIME-005", "Deadline alarm", Status::Implemented;
    CTRL_TIME_006 = "CTRL-TIME-006", "Delay check (delay alarm, re-evaluation)", Status::Implemented;
    CTRL_TIME_007 = "CTRL-TIME-007", "Deadline check (deadline alarm, re-evaluation)", Status::Implemented;
    CTRL_TIME_008 = "CTRL-TIME-008", "Per-job evaluation", Status::Implemented;
    CTRL_TIME_009 = "CTRL-TIME-009", "Stop tracking and uid re-evaluation", Status::Implemented;
    CTRL_TIME_010 = "CTRL-TIME-010", "Job kinds", Status::Implemented;
    CTRL_TIME_011 = "CTRL-TIME-011", "What sets the alarms", Status::Implemented;
    CTRL_TIME_012 = "CTRL-TIME-012", "A rescheduled record has no alarm until something looks", Status::Implemented;
}
