//! Rules PWR-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "PWR", 10;
    PWR_001 = "PWR-001", "Deep doze states", Status::Planned;
    PWR_002 = "PWR-002", "Light doze states", Status::Planned;
    PWR_003 = "PWR-003", "Doze constants", Status::Planned;
    PWR_004 = "PWR-004", "Enabling", Status::Planned;
    PWR_005 = "PWR-005", "Becoming inactive: condition", Status::Planned;
    PWR_006 = "PWR-006", "Becoming inactive: effect", Status::Planned;
    PWR_007 = "PWR-007", "Deep step (on alarm)", Status::Planned;
    PWR_008 = "PWR-008", "Light step (on alarm)", Status::Planned;
    PWR_009 = "PWR-009", "Leaving", Status::Planned;
    PWR_010 = "PWR-010", "Motion", Status::Planned;
    PWR_011 = "PWR-011", "Upcoming alarm clock", Status::Planned;
    PWR_012 = "PWR-012", "Charging for doze", Status::Planned;
    PWR_013 = "PWR-013", "Maintenance ends early", Status::Planned;
    PWR_014 = "PWR-014", "Reported flags", Status::Planned;
    PWR_015 = "PWR-015", "Quick doze", Status::Planned;
    PWR_016 = "PWR-016", "Alarm windows", Status::Planned;
    PWR_017 = "PWR-017", "Pre-idle factor", Status::Planned;
    PWR_018 = "PWR-018", "Shell commands of `deviceidle`", Status::Planned;
    PWR_019 = "PWR-019", "Sensors, location, clean-up", Status::Planned;
    PWR_020 = "PWR-020", "Permanent allow-lists", Status::Planned;
    PWR_021 = "PWR-021", "Temporary allow-list", Status::Planned;
    PWR_022 = "PWR-022", "Types", Status::Planned;
    PWR_023 = "PWR-023", "List for FGS starts", Status::Planned;
    PWR_024 = "PWR-024", "Sources, durations, reasons", Status::Planned;
    PWR_025 = "PWR-025", "Effect on jobs", Status::Planned;
    PWR_026 = "PWR-026", "Reason codes (values)", Status::Planned;
    PWR_027 = "PWR-027", "Changes of the permanent allow-lists", Status::Planned;
    PWR_030 = "PWR-030", "Battery-saver policy", Status::Planned;
    PWR_031 = "PWR-031", "Force all apps standby", Status::Planned;
    PWR_032 = "PWR-032", "Jobs restricted?", Status::Planned;
    PWR_040 = "PWR-040", "Plug types", Status::Planned;
    PWR_050 = "PWR-050", "Scheduler's charging flag", Status::Planned;
    PWR_051 = "PWR-051", "When the charging events are sent", Status::Planned;
    PWR_052 = "PWR-052", "Battery low events", Status::Planned;
    PWR_053 = "PWR-053", "Battery-not-low at start-up", Status::Planned;
}
