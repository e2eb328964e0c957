//! Rules QUEUE-PRI-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "QUEUE-PRI", 3;
    QUEUE_PRI_001 = "QUEUE-PRI-001", "Values", Status::Implemented;
    QUEUE_PRI_002 = "QUEUE-PRI-002", "Demotion cap", Status::Implemented;
    QUEUE_PRI_003 = "QUEUE-PRI-003", "Few failures", Status::Implemented;
    QUEUE_PRI_004 = "QUEUE-PRI-004", "UIJ", Status::Implemented;
    QUEUE_PRI_005 = "QUEUE-PRI-005", "Jobs built as EJ", Status::Implemented;
    QUEUE_PRI_006 = "QUEUE-PRI-006", "Other jobs", Status::Implemented;
}
