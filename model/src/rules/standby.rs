//! Rules STANDBY-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "STANDBY", 10;
    STANDBY_001 = "STANDBY-001", "Values and scheduler indices", Status::Planned;
    STANDBY_002 = "STANDBY-002", "\"Idle\" app", Status::Planned;
    STANDBY_003 = "STANDBY-003", "Bucket as input", Status::Planned;
    STANDBY_004 = "STANDBY-004", "Disabled", Status::Planned;
    STANDBY_005 = "STANDBY-005", "Reasons", Status::Planned;
    STANDBY_006 = "STANDBY-006", "Elevating events", Status::Planned;
    STANDBY_007 = "STANDBY-007", "RESTRICTED is sticky", Status::Planned;
    STANDBY_008 = "STANDBY-008", "Thresholds", Status::Planned;
    STANDBY_009 = "STANDBY-009", "Periodic evaluation", Status::Planned;
    STANDBY_010 = "STANDBY-010", "Minimum bucket, order", Status::Planned;
    STANDBY_011 = "STANDBY-011", "Restricting an app: attempt and delay", Status::Planned;
    STANDBY_012 = "STANDBY-012", "Other setter rules", Status::Planned;
    STANDBY_013 = "STANDBY-013", "System interaction from process state", Status::Planned;
    STANDBY_014 = "STANDBY-014", "Parole", Status::Planned;
    STANDBY_015 = "STANDBY-015", "New package", Status::Planned;
    STANDBY_016 = "STANDBY-016", "Setting buckets from outside", Status::Planned;
    STANDBY_017 = "STANDBY-017", "What listeners hear of an event", Status::Planned;
    STANDBY_018 = "STANDBY-018", "Lifting a restriction", Status::Planned;
    STANDBY_019 = "STANDBY-019", "Setting an app inactive", Status::Planned;
    STANDBY_020 = "STANDBY-020", "Restored from a backup", Status::Planned;
    STANDBY_021 = "STANDBY-021", "Package removed", Status::Planned;
}
