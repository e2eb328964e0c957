//! Rules FGS-DEFER-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-DEFER", 8;
    FGS_DEFER_001 = "FGS-DEFER-001", "Constants", Status::Implemented;
    FGS_DEFER_002 = "FGS-DEFER-002", "Show-now decision", Status::Implemented;
    FGS_DEFER_003 = "FGS-DEFER-003", "Deferral timer", Status::Implemented;
    FGS_DEFER_004 = "FGS-DEFER-004", "Deferral end", Status::Implemented;
    FGS_DEFER_005 = "FGS-DEFER-005", "Deferral never affects the FGS", Status::Implemented;
    FGS_DEFER_006 = "FGS-DEFER-006", "Shown for another reason", Status::Implemented;
    FGS_DEFER_007 = "FGS-DEFER-007", "Any post with the FGS id is an FGS notification", Status::Implemented;
    FGS_DEFER_008 = "FGS-DEFER-008", "Channel of an FGS cannot be deleted", Status::Implemented;
    FGS_DEFER_009 = "FGS-DEFER-009", "The three marks of a record", Status::Implemented;
}
