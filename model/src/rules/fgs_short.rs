//! Rules FGS-SHORT-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-SHORT", 8;
    FGS_SHORT_001 = "FGS-SHORT-001", "Constants", Status::Implemented;
    FGS_SHORT_002 = "FGS-SHORT-002", "Being a short service", Status::Implemented;
    FGS_SHORT_003 = "FGS-SHORT-003", "Tracking information", Status::Implemented;
    FGS_SHORT_004 = "FGS-SHORT-004", "Due times", Status::Implemented;
    FGS_SHORT_005 = "FGS-SHORT-005", "Event guard", Status::Implemented;
    FGS_SHORT_006 = "FGS-SHORT-006", "Start conditions", Status::Implemented;
    FGS_SHORT_010 = "FGS-SHORT-010", "Tracking update after a successful startForeground", Status::Implemented;
    FGS_SHORT_011 = "FGS-SHORT-011", "Clock starts at startForeground", Status::Implemented;
    FGS_SHORT_012 = "FGS-SHORT-012", "Timeout event", Status::Implemented;
    FGS_SHORT_013 = "FGS-SHORT-013", "onTimeout delivery", Status::Implemented;
    FGS_SHORT_014 = "FGS-SHORT-014", "Start id of onTimeout", Status::Implemented;
    FGS_SHORT_015 = "FGS-SHORT-015", "Demotion event", Status::Implemented;
    FGS_SHORT_016 = "FGS-SHORT-016", "ANR event", Status::Implemented;
    FGS_SHORT_017 = "FGS-SHORT-017", "ANR is unconditional", Status::Implemented;
    FGS_SHORT_018 = "FGS-SHORT-018", "ANR consequences", Status::Implemented;
    FGS_SHORT_019 = "FGS-SHORT-019", "Frozen or cached process", Status::NotModelled("freezing is not modelled");
    FGS_SHORT_020 = "FGS-SHORT-020", "startForeground on a running short service: re-evaluation", Status::Implemented;
    FGS_SHORT_021 = "FGS-SHORT-021", "short -> short, allowed: extension", Status::Implemented;
    FGS_SHORT_022 = "FGS-SHORT-022", "short -> short, not allowed: no extension, no exception", Status::Implemented;
    FGS_SHORT_023 = "FGS-SHORT-023", "short -> other type, allowed", Status::Implemented;
    FGS_SHORT_024 = "FGS-SHORT-024", "short -> other type, not allowed", Status::Implemented;
    FGS_SHORT_025 = "FGS-SHORT-025", "short -> other type, policy failure", Status::Implemented;
    FGS_SHORT_026 = "FGS-SHORT-026", "other type -> short", Status::Implemented;
    FGS_SHORT_027 = "FGS-SHORT-027", "shortService combined with another type", Status::Implemented;
    FGS_SHORT_028 = "FGS-SHORT-028", "startService on a short service", Status::Implemented;
    FGS_SHORT_030 = "FGS-SHORT-030", "State table", Status::Implemented;
    FGS_SHORT_040 = "FGS-SHORT-040", "stopForeground leaves a background service", Status::Implemented;
    FGS_SHORT_041 = "FGS-SHORT-041", "Never sticky", Status::Implemented;
    FGS_SHORT_042 = "FGS-SHORT-042", "Bring-down without stop", Status::Implemented;
    FGS_SHORT_043 = "FGS-SHORT-043", "Stopped but still bound", Status::Implemented;
    FGS_SHORT_044 = "FGS-SHORT-044", "Restarting the remnant", Status::Implemented;
    FGS_SHORT_045 = "FGS-SHORT-045", "Battery-optimisation exemption", Status::Implemented;
    FGS_SHORT_046 = "FGS-SHORT-046", "Configuration change while running", Status::Implemented;
    FGS_SHORT_047 = "FGS-SHORT-047", "Exact-boundary difference", Status::Implemented;
    FGS_SHORT_048 = "FGS-SHORT-048", "Process state is computed before tracking is updated", Status::Implemented;
    FGS_SHORT_049 = "FGS-SHORT-049", "Several short services in a process", Status::Implemented;
    FGS_SHORT_050 = "FGS-SHORT-050", "Process death of a short service with an auto-create binding", Status::Implemented;
}
