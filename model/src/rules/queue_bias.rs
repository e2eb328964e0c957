//! Rules QUEUE-BIAS-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "QUEUE-BIAS", 3;
    QUEUE_BIAS_001 = "QUEUE-BIAS-001", "Values", Status::Implemented;
    QUEUE_BIAS_002 = "QUEUE-BIAS-002", "Process state to uid bias", Status::Implemented;
    QUEUE_BIAS_003 = "QUEUE-BIAS-003", "Capabilities", Status::Planned;
    QUEUE_BIAS_004 = "QUEUE-BIAS-004", "Effects of a bias change", Status::Planned;
    QUEUE_BIAS_005 = "QUEUE-BIAS-005", "Current bias of a job", Status::Implemented;
    QUEUE_BIAS_006 = "QUEUE-BIAS-006", "Load adjustment", Status::Implemented;
    QUEUE_BIAS_007 = "QUEUE-BIAS-007", "Load factor", Status::Planned;
    QUEUE_BIAS_008 = "QUEUE-BIAS-008", "Data sets", Status::Planned;
    QUEUE_BIAS_009 = "QUEUE-BIAS-009", "What is noted", Status::Planned;
}
