//! Rules QUEUE-ORD-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "QUEUE-ORD", 3;
    QUEUE_ORD_001 = "QUEUE-ORD-001", "Sub-queues", Status::Implemented;
    QUEUE_ORD_002 = "QUEUE-ORD-002", "Comparator", Status::Implemented;
    QUEUE_ORD_003 = "QUEUE-ORD-003", "Not a total order", Status::Implemented;
    QUEUE_ORD_004 = "QUEUE-ORD-004", "Insertion", Status::Implemented;
    QUEUE_ORD_005 = "QUEUE-ORD-005", "Keys are read at insertion", Status::Implemented;
    QUEUE_ORD_006 = "QUEUE-ORD-006", "Adjusted time", Status::Implemented;
    QUEUE_ORD_007 = "QUEUE-ORD-007", "Bulk add", Status::Implemented;
    QUEUE_ORD_008 = "QUEUE-ORD-008", "Removal", Status::Implemented;
}
