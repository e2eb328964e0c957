//! Rules CTRL-PREFETCH-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-PREFETCH", 4;
    CTRL_PREFETCH_001 = "CTRL-PREFETCH-001", "Constants", Status::Planned;
    CTRL_PREFETCH_002 = "CTRL-PREFETCH-002", "Tracking", Status::Planned;
    CTRL_PREFETCH_003 = "CTRL-PREFETCH-003", "Estimated launch time", Status::Planned;
    CTRL_PREFETCH_004 = "CTRL-PREFETCH-004", "Soon", Status::Planned;
    CTRL_PREFETCH_005 = "CTRL-PREFETCH-005", "Value of the bit", Status::Planned;
    CTRL_PREFETCH_006 = "CTRL-PREFETCH-006", "Threshold alarm", Status::Planned;
    CTRL_PREFETCH_007 = "CTRL-PREFETCH-007", "Events", Status::Planned;
    CTRL_PREFETCH_008 = "CTRL-PREFETCH-008", "Estimate update", Status::Planned;
    CTRL_PREFETCH_009 = "CTRL-PREFETCH-009", "Losing the bit", Status::Planned;
}
