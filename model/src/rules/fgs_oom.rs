//! Rules FGS-OOM-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-OOM", 8;
    FGS_OOM_001 = "FGS-OOM-001", "Process summary", Status::Implemented;
    FGS_OOM_002 = "FGS-OOM-002", "Summary is not narrowed", Status::Implemented;
    FGS_OOM_003 = "FGS-OOM-003", "Has a non-short FGS", Status::Implemented;
    FGS_OOM_010 = "FGS-OOM-010", "Regular FGS", Status::Implemented;
    FGS_OOM_011 = "FGS-OOM-011", "Short FGS", Status::Implemented;
    FGS_OOM_012 = "FGS-OOM-012", "All short services demoted", Status::Implemented;
    FGS_OOM_013 = "FGS-OOM-013", "Short type without tracking", Status::Implemented;
    FGS_OOM_014 = "FGS-OOM-014", "Recently top", Status::Implemented;
    FGS_OOM_015 = "FGS-OOM-015", "Started services", Status::Implemented;
    FGS_OOM_016 = "FGS-OOM-016", "Sensor capabilities", Status::Implemented;
    FGS_OOM_017 = "FGS-OOM-017", "Network capabilities by state", Status::Implemented;
    FGS_OOM_018 = "FGS-OOM-018", "BFSL by state", Status::Implemented;
    FGS_OOM_019 = "FGS-OOM-019", "BFSL over bindings", Status::Implemented;
    FGS_OOM_020 = "FGS-OOM-020", "Uid aggregation", Status::Implemented;
    FGS_OOM_021 = "FGS-OOM-021", "When recomputed", Status::Implemented;
}
