//! Rules MEM-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "MEM", 10;
    MEM_001 = "MEM-001", "Levels", Status::Planned;
    MEM_002 = "MEM-002", "Query", Status::Planned;
    MEM_003 = "MEM-003", "Effective value on a default device", Status::Planned;
    MEM_004 = "MEM-004", "Computation when `use_modern_trim` is false", Status::Planned;
    MEM_005 = "MEM-005", "Pressure detector *(informational)*", Status::Planned;
    MEM_006 = "MEM-006", "Use by the scheduler", Status::Planned;
    MEM_007 = "MEM-007", "Trim callbacks", Status::Planned;
}
