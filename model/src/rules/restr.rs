//! Rules RESTR-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "RESTR", 10;
    RESTR_001 = "RESTR-001", "Background-restricted", Status::Planned;
    RESTR_002 = "RESTR-002", "Mark on processes", Status::Planned;
    RESTR_003 = "RESTR-003", "Query by the app", Status::Planned;
    RESTR_004 = "RESTR-004", "Restriction level", Status::Planned;
    RESTR_005 = "RESTR-005", "Does background restriction move the bucket?", Status::Planned;
    RESTR_006 = "RESTR-006", "Active uids as the tracker sees them", Status::Planned;
}
