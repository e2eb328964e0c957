//! Rules SHELL-*. Text: `docs/spec/05-store-shell-dump.md`.

use super::{Rule, Status};

rules! { "SHELL", 5;
    SHELL_001 = "SHELL-001", "Caller gate", Status::Planned;
    SHELL_002 = "SHELL-002", "Permission", Status::Planned;
    SHELL_003 = "SHELL-003", "Exceptions", Status::Planned;
    SHELL_004 = "SHELL-004", "Results", Status::Planned;
    SHELL_005 = "SHELL-005", "Options", Status::Planned;
    SHELL_006 = "SHELL-006", "User arguments", Status::Planned;
    SHELL_007 = "SHELL-007", "Namespace", Status::Planned;
    SHELL_008 = "SHELL-008", "Standard errors", Status::Planned;
    SHELL_009 = "SHELL-009", "Help and unknown", Status::Implemented;
    SHELL_010 = "SHELL-010", "Syntax", Status::Planned;
    SHELL_011 = "SHELL-011", "Lookup", Status::Planned;
    SHELL_012 = "SHELL-012", "Override", Status::Planned;
    SHELL_013 = "SHELL-013", "Constraint check", Status::Planned;
    SHELL_014 = "SHELL-014", "Execution", Status::Planned;
    SHELL_015 = "SHELL-015", "Output", Status::Planned;
    SHELL_016 = "SHELL-016", "Lifetime of the override", Status::Planned;
    SHELL_017 = "SHELL-017", "Retrying a stopped job", Status::Planned;
    SHELL_020 = "SHELL-020", "Syntax", Status::Planned;
    SHELL_021 = "SHELL-021", "Selection", Status::Planned;
    SHELL_022 = "SHELL-022", "Effect", Status::Planned;
    SHELL_023 = "SHELL-023", "Retry consequences", Status::Planned;
    SHELL_024 = "SHELL-024", "Output", Status::Planned;
    SHELL_030 = "SHELL-030", "Syntax and user", Status::Planned;
    SHELL_031 = "SHELL-031", "Unknown package", Status::Planned;
    SHELL_032 = "SHELL-032", "All jobs", Status::Planned;
    SHELL_033 = "SHELL-033", "One job", Status::Planned;
    SHELL_040 = "SHELL-040", "get-job-state", Status::Planned;
    SHELL_041 = "SHELL-041", "State words", Status::Planned;
    SHELL_042 = "SHELL-042", "Exact layout", Status::Planned;
    SHELL_043 = "SHELL-043", "Battery and storage queries", Status::Planned;
    SHELL_044 = "SHELL-044", "Byte queries", Status::Planned;
    SHELL_050 = "SHELL-050", "monitor-battery", Status::Implemented;
    SHELL_051 = "SHELL-051", "trigger-dock-state", Status::Implemented;
    SHELL_052 = "SHELL-052", "reset-execution-quota", Status::Planned;
    SHELL_053 = "SHELL-053", "reset-schedule-quota", Status::Planned;
    SHELL_054 = "SHELL-054", "heartbeat", Status::Planned;
    SHELL_055 = "SHELL-055", "Complete list", Status::Planned;
    SHELL_056 = "SHELL-056", "Permission operation words", Status::Implemented;
}
