//! Rules CTRL-STOR-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-STOR", 4;
    CTRL_STOR_001 = "CTRL-STOR-001", "Device state", Status::Implemented;
    CTRL_STOR_002 = "CTRL-STOR-002", "Tracking", Status::Implemented;
    CTRL_STOR_003 = "CTRL-STOR-003", "Re-evaluation and notification", Status::Implemented;
    CTRL_STOR_004 = "CTRL-STOR-004", "Job kinds", Status::Implemented;
}
