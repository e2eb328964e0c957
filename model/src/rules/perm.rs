//! Rules PERM-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "PERM", 10;
    PERM_001 = "PERM-001", "Protection levels", Status::Planned;
    PERM_002 = "PERM-002", "Grant model", Status::Planned;
    PERM_003 = "PERM-003", "Component permission check", Status::Planned;
    PERM_010 = "PERM-010", "Tri-state evaluation", Status::Planned;
    PERM_011 = "PERM-011", "App-op modes", Status::Planned;
    PERM_012 = "PERM-012", "Evaluation of MODE_FOREGROUND", Status::Planned;
    PERM_013 = "PERM-013", "Uid state as the app ops see it", Status::Planned;
    PERM_040 = "PERM-040", "RUN_USER_INITIATED_JOBS", Status::Planned;
    PERM_041 = "PERM-041", "Its app op is not consulted", Status::Planned;
    PERM_042 = "PERM-042", "Query \"can run user-initiated jobs\"", Status::Planned;
    PERM_043 = "PERM-043", "Query for another app", Status::Planned;
    PERM_044 = "PERM-044", "Permission cache of the scheduler", Status::Planned;
    PERM_050 = "PERM-050", "FOREGROUND_SERVICE", Status::Planned;
    PERM_051 = "PERM-051", "FOREGROUND_SERVICE_<type>", Status::Planned;
    PERM_052 = "PERM-052", "Evaluation inside the FGS type policy", Status::Planned;
}
