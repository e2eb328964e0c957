//! Rules FGS-BG-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-BG", 8;
    FGS_BG_001 = "FGS-BG-001", "When BFSL is in force", Status::Implemented;
    FGS_BG_002 = "FGS-BG-002", "When and for whom flags are computed", Status::Implemented;
    FGS_BG_003 = "FGS-BG-003", "Computation and stickiness", Status::Implemented;
    FGS_BG_004 = "FGS-BG-004", "Master switch for while-in-use", Status::Implemented;
    FGS_BG_010 = "FGS-BG-010", "Ordered exemption list", Status::Implemented;
    FGS_BG_011 = "FGS-BG-011", "WIU implies BFSL", Status::Implemented;
    FGS_BG_012 = "FGS-BG-012", "Uid state", Status::Implemented;
    FGS_BG_013 = "FGS-BG-013", "Process search order", Status::Implemented;
    FGS_BG_014 = "FGS-BG-014", "Process state with BFSL capability", Status::Implemented;
    FGS_BG_015 = "FGS-BG-015", "Instrumentation", Status::Implemented;
    FGS_BG_016 = "FGS-BG-016", "Recently visible", Status::Implemented;
    FGS_BG_018 = "FGS-BG-018", "Start privileges", Status::Implemented;
    FGS_BG_019 = "FGS-BG-019", "Overlay permission", Status::Implemented;
    FGS_BG_020 = "FGS-BG-020", "Companion device", Status::Implemented;
    FGS_BG_021 = "FGS-BG-021", "Permanent allow-list", Status::Implemented;
    FGS_BG_022 = "FGS-BG-022", "Temporary allow-list", Status::Implemented;
    FGS_BG_025 = "FGS-BG-025", "Power-exemption op", Status::Implemented;
    FGS_BG_027 = "FGS-BG-027", "Input method", Status::Implemented;
    FGS_BG_028 = "FGS-BG-028", "Opt-out", Status::Implemented;
    FGS_BG_029 = "FGS-BG-029", "Exemption through a binding", Status::Implemented;
    FGS_BG_030 = "FGS-BG-030", "Not exemptions", Status::Implemented;
    FGS_BG_031 = "FGS-BG-031", "Reason codes", Status::Implemented;
    FGS_BG_032 = "FGS-BG-032", "Temporary allow-list structure", Status::Implemented;
    FGS_BG_033 = "FGS-BG-033", "Power-exemption feature flag", Status::Implemented;
    FGS_BG_034 = "FGS-BG-034", "Temporary allow-list types", Status::Implemented;
    FGS_BG_035 = "FGS-BG-035", "Later startForeground calls", Status::Implemented;
    FGS_BG_036 = "FGS-BG-036", "Stop, then start again", Status::Implemented;
    FGS_BG_037 = "FGS-BG-037", "First startForeground after a long time", Status::Implemented;
    FGS_BG_038 = "FGS-BG-038", "Binding grants the client's rights", Status::Implemented;
    FGS_BG_039 = "FGS-BG-039", "Query \"may this app start an FGS now\"", Status::Implemented;
    FGS_BG_041 = "FGS-BG-041", "An app with a regular FGS may start more FGSs", Status::Implemented;
    FGS_BG_042 = "FGS-BG-042", "An app with only short services may not", Status::Implemented;
    FGS_BG_043 = "FGS-BG-043", "Open contract counts like a regular FGS", Status::Implemented;
    FGS_BG_044 = "FGS-BG-044", "Denial side effects", Status::Implemented;
    FGS_BG_045 = "FGS-BG-045", "Bind flag for background FGS starts", Status::Implemented;
    FGS_BG_046 = "FGS-BG-046", "Compat changes of this chapter", Status::Implemented;
    FGS_BG_047 = "FGS-BG-047", "App-op mode FOREGROUND outside the type policy", Status::Implemented;
}
