//! Rules QUEUE-ITER-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "QUEUE-ITER", 3;
    QUEUE_ITER_001 = "QUEUE-ITER-001", "Iteration", Status::Implemented;
    QUEUE_ITER_002 = "QUEUE-ITER-002", "Order of lists", Status::Implemented;
    QUEUE_ITER_003 = "QUEUE-ITER-003", "Ties", Status::Implemented;
    QUEUE_ITER_004 = "QUEUE-ITER-004", "Pull limit", Status::Implemented;
    QUEUE_ITER_005 = "QUEUE-ITER-005", "Step", Status::Implemented;
    QUEUE_ITER_006 = "QUEUE-ITER-006", "Priority does not cross apps", Status::Implemented;
    QUEUE_ITER_007 = "QUEUE-ITER-007", "Example", Status::Implemented;
    QUEUE_ITER_008 = "QUEUE-ITER-008", "Changes during an iteration", Status::Implemented;
}
