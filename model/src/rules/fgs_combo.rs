//! Rules FGS-COMBO-*. Text: `docs/spec/07-fgs-types.md`.

use super::{Rule, Status};

rules! { "FGS-COMBO", 7;
    FGS_COMBO_001 = "FGS-COMBO-001", "MANIFEST means \"all manifest types\"", Status::Implemented;
    FGS_COMBO_002 = "FGS-COMBO-002", "Original argument is remembered", Status::Implemented;
    FGS_COMBO_010 = "FGS-COMBO-010", "Subset rule", Status::Implemented;
    FGS_COMBO_011 = "FGS-COMBO-011", "Subset rule for instant apps", Status::Implemented;
    FGS_COMBO_012 = "FGS-COMBO-012", "Subset check sees the unreduced mask", Status::Implemented;
    FGS_COMBO_013 = "FGS-COMBO-013", "Subset failure does not satisfy a pending startForeground contract", Status::Implemented;
    FGS_COMBO_015 = "FGS-COMBO-015", "shortService is ignored in combinations", Status::Implemented;
    FGS_COMBO_016 = "FGS-COMBO-016", "Manifest combination with MANIFEST argument", Status::Implemented;
    FGS_COMBO_017 = "FGS-COMBO-017", "Stored type", Status::Implemented;
    FGS_COMBO_020 = "FGS-COMBO-020", "NONE is checked as a single pseudo type", Status::Implemented;
    FGS_COMBO_021 = "FGS-COMBO-021", "Order of checks for several types: highest bit first", Status::Implemented;
    FGS_COMBO_022 = "FGS-COMBO-022", "Fallback type in the loop", Status::Implemented;
    FGS_COMBO_023 = "FGS-COMBO-023", "The loop stops at the first code other than OK", Status::Implemented;
    FGS_COMBO_024 = "FGS-COMBO-024", "All types must pass (normal configuration)", Status::Implemented;
    FGS_COMBO_025 = "FGS-COMBO-025", "Example: two missing prerequisites", Status::Implemented;
    FGS_COMBO_026 = "FGS-COMBO-026", "Unknown bit without specialUse", Status::Implemented;
    FGS_COMBO_027 = "FGS-COMBO-027", "Adding a type later", Status::Implemented;
    FGS_COMBO_028 = "FGS-COMBO-028", "Removing a type later", Status::Implemented;
    FGS_COMBO_030 = "FGS-COMBO-030", "What is recorded", Status::Implemented;
    FGS_COMBO_031 = "FGS-COMBO-031", "Policy is skipped when the call is ignored", Status::Implemented;
    FGS_COMBO_032 = "FGS-COMBO-032", "Client library variant (informative)", Status::NotModelled("a client library, which forwards to the platform call");
}
