//! Rules PKG-*. Text: `docs/spec/05-store-shell-dump.md`.

use super::{Rule, Status};

rules! { "PKG", 5;
    PKG_001 = "PKG-001", "Cancel semantics", Status::Planned;
    PKG_002 = "PKG-002", "Event table", Status::Planned;
    PKG_003 = "PKG-003", "Package changed", Status::Planned;
    PKG_004 = "PKG-004", "Package added", Status::Planned;
    PKG_005 = "PKG-005", "Fully removed", Status::Planned;
    PKG_006 = "PKG-006", "Force-stop query", Status::Planned;
    PKG_007 = "PKG-007", "Force-stop and proxied jobs", Status::Planned;
    PKG_008 = "PKG-008", "Uid removed", Status::Planned;
    PKG_009 = "PKG-009", "User added / removed", Status::Planned;
    PKG_010 = "PKG-010", "User starting, unlocked, stopping", Status::Planned;
    PKG_011 = "PKG-011", "Uid active / idle / gone", Status::Planned;
    PKG_012 = "PKG-012", "Standby bucket change", Status::Planned;
    PKG_013 = "PKG-013", "Backup", Status::Planned;
    PKG_014 = "PKG-014", "App stopped by the user in Task Manager", Status::Planned;
    PKG_015 = "PKG-015", "Receivers active from", Status::Planned;
}
