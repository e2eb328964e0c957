//! Rules PROC-ADJ-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "PROC-ADJ", 10;
    PROC_ADJ_001 = "PROC-ADJ-001", "Adj values", Status::Planned;
    PROC_ADJ_002 = "PROC-ADJ-002", "Timing constants", Status::Planned;
    PROC_ADJ_003 = "PROC-ADJ-003", "When recomputed", Status::Planned;
    PROC_ADJ_004 = "PROC-ADJ-004", "Starting process", Status::Planned;
    PROC_ADJ_005 = "PROC-ADJ-005", "Fixed processes", Status::Planned;
    PROC_ADJ_006 = "PROC-ADJ-006", "Top state", Status::Planned;
    PROC_ADJ_010 = "PROC-ADJ-010", "Base values", Status::Planned;
    PROC_ADJ_011 = "PROC-ADJ-011", "Activities", Status::Planned;
    PROC_ADJ_012 = "PROC-ADJ-012", "Recent tasks", Status::Planned;
    PROC_ADJ_013 = "PROC-ADJ-013", "Foreground-service block", Status::Planned;
    PROC_ADJ_014 = "PROC-ADJ-014", "\"Has foreground services\"", Status::Planned;
    PROC_ADJ_015 = "PROC-ADJ-015", "Short-FGS demotion", Status::Planned;
    PROC_ADJ_016 = "PROC-ADJ-016", "Recently top, now FGS", Status::Planned;
    PROC_ADJ_017 = "PROC-ADJ-017", "Recently top, now job", Status::Planned;
    PROC_ADJ_018 = "PROC-ADJ-018", "Top-started almost-perceptible", Status::Planned;
    PROC_ADJ_019 = "PROC-ADJ-019", "Forced important (toast)", Status::Planned;
    PROC_ADJ_020 = "PROC-ADJ-020", "Heavy-weight, home, previous", Status::Planned;
    PROC_ADJ_021 = "PROC-ADJ-021", "Backup target", Status::Planned;
    PROC_ADJ_022 = "PROC-ADJ-022", "Loop guard", Status::Planned;
    PROC_ADJ_023 = "PROC-ADJ-023", "Started service", Status::Planned;
    PROC_ADJ_024 = "PROC-ADJ-024", "FGS capabilities", Status::Planned;
    PROC_ADJ_025 = "PROC-ADJ-025", "Bindings: capability propagation", Status::Planned;
    PROC_ADJ_026 = "PROC-ADJ-026", "Bindings: client values", Status::Planned;
    PROC_ADJ_027 = "PROC-ADJ-027", "Bindings: adj", Status::Planned;
    PROC_ADJ_028 = "PROC-ADJ-028", "Bindings: state", Status::Planned;
    PROC_ADJ_029 = "PROC-ADJ-029", "Adjust with activity", Status::Planned;
    PROC_ADJ_030 = "PROC-ADJ-030", "Provider clients", Status::Planned;
    PROC_ADJ_031 = "PROC-ADJ-031", "Recently used provider", Status::Planned;
    PROC_ADJ_032 = "PROC-ADJ-032", "Cached refinements", Status::Planned;
    PROC_ADJ_033 = "PROC-ADJ-033", "Service B", Status::Planned;
    PROC_ADJ_034 = "PROC-ADJ-034", "Client of an \"above client\" service", Status::Planned;
    PROC_ADJ_035 = "PROC-ADJ-035", "Cap", Status::Planned;
    PROC_ADJ_036 = "PROC-ADJ-036", "Capabilities, final", Status::Planned;
    PROC_ADJ_037 = "PROC-ADJ-037", "Order of evaluation and binding cycles", Status::Planned;
    PROC_ADJ_038 = "PROC-ADJ-038", "Slots for cached processes", Status::Planned;
    PROC_ADJ_040 = "PROC-ADJ-040", "Bind flags (values)", Status::Planned;
    PROC_ADJ_041 = "PROC-ADJ-041", "Flags used for a job", Status::Planned;
    PROC_ADJ_042 = "PROC-ADJ-042", "Resulting values of a process that only runs a job", Status::Planned;
    PROC_ADJ_043 = "PROC-ADJ-043", "lastTop, lastState", Status::Planned;
    PROC_ADJ_044 = "PROC-ADJ-044", "Examples", Status::Planned;
    PROC_ADJ_045 = "PROC-ADJ-045", "Killing surplus cached processes", Status::Planned;
    PROC_ADJ_046 = "PROC-ADJ-046", "Scheduling group", Status::Planned;
}
