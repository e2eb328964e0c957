//! Rules PROC-ADJ-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "PROC-ADJ", 10;
    PROC_ADJ_001 = "PROC-ADJ-001", "Adj values", Status::Implemented;
    PROC_ADJ_002 = "PROC-ADJ-002", "Timing constants", Status::Implemented;
    PROC_ADJ_003 = "PROC-ADJ-003", "When recomputed", Status::Implemented;
    PROC_ADJ_004 = "PROC-ADJ-004", "Starting process", Status::Implemented;
    PROC_ADJ_005 = "PROC-ADJ-005", "Fixed processes", Status::Implemented;
    PROC_ADJ_006 = "PROC-ADJ-006", "Top state", Status::Implemented;
    PROC_ADJ_010 = "PROC-ADJ-010", "Base values", Status::Implemented;
    PROC_ADJ_011 = "PROC-ADJ-011", "Activities", Status::Implemented;
    PROC_ADJ_012 = "PROC-ADJ-012", "Recent tasks", Status::Implemented;
    PROC_ADJ_013 = "PROC-ADJ-013", "Foreground-service block", Status::Implemented;
    PROC_ADJ_014 = "PROC-ADJ-014", "\"Has foreground services\"", Status::Implemented;
    PROC_ADJ_015 = "PROC-ADJ-015", "Short-FGS demotion", Status::Implemented;
    PROC_ADJ_016 = "PROC-ADJ-016", "Recently top, now FGS", Status::Implemented;
    PROC_ADJ_017 = "PROC-ADJ-017", "Recently top, now job", Status::Implemented;
    PROC_ADJ_018 = "PROC-ADJ-018", "Top-started almost-perceptible", Status::Implemented;
    PROC_ADJ_019 = "PROC-ADJ-019", "Forced important (toast)", Status::Implemented;
    PROC_ADJ_020 = "PROC-ADJ-020", "Heavy-weight, home, previous", Status::Implemented;
    PROC_ADJ_021 = "PROC-ADJ-021", "Backup target", Status::Implemented;
    PROC_ADJ_022 = "PROC-ADJ-022", "Loop guard", Status::Implemented;
    PROC_ADJ_023 = "PROC-ADJ-023", "Started service", Status::Implemented;
    PROC_ADJ_024 = "PROC-ADJ-024", "FGS capabilities", Status::Implemented;
    PROC_ADJ_025 = "PROC-ADJ-025", "Bindings: capability propagation", Status::Implemented;
    PROC_ADJ_026 = "PROC-ADJ-026", "Bindings: client values", Status::Implemented;
    PROC_ADJ_027 = "PROC-ADJ-027", "Bindings: adj", Status::Implemented;
    PROC_ADJ_028 = "PROC-ADJ-028", "Bindings: state", Status::Implemented;
    PROC_ADJ_029 = "PROC-ADJ-029", "Adjust with activity", Status::Implemented;
    PROC_ADJ_030 = "PROC-ADJ-030", "Provider clients", Status::Implemented;
    PROC_ADJ_031 = "PROC-ADJ-031", "Recently used provider", Status::Implemented;
    PROC_ADJ_032 = "PROC-ADJ-032", "Cached refinements", Status::Implemented;
    PROC_ADJ_033 = "PROC-ADJ-033", "Service B", Status::Implemented;
    PROC_ADJ_034 = "PROC-ADJ-034", "Client of an \"above client\" service", Status::Implemented;
    PROC_ADJ_035 = "PROC-ADJ-035", "Cap", Status::Implemented;
    PROC_ADJ_036 = "PROC-ADJ-036", "Capabilities, final", Status::Implemented;
    PROC_ADJ_037 = "PROC-ADJ-037", "Order of evaluation and binding cycles", Status::Implemented;
    PROC_ADJ_038 = "PROC-ADJ-038", "Slots for cached processes", Status::Implemented;
    PROC_ADJ_040 = "PROC-ADJ-040", "Bind flags (values)", Status::Implemented;
    PROC_ADJ_041 = "PROC-ADJ-041", "Flags used for a job", Status::SameAs("JOB-RUN-014");
    PROC_ADJ_042 = "PROC-ADJ-042", "Resulting values of a process that only runs a job", Status::Implemented;
    PROC_ADJ_043 = "PROC-ADJ-043", "lastTop, lastState", Status::Implemented;
    PROC_ADJ_044 = "PROC-ADJ-044", "Examples", Status::Implemented;
    PROC_ADJ_045 = "PROC-ADJ-045", "Killing surplus cached processes", Status::Implemented;
    PROC_ADJ_046 = "PROC-ADJ-046", "Scheduling group", Status::Implemented;
}
