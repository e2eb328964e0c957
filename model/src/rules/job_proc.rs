//! Rules JOB-PROC-*: from ready to pending. Text: `docs/spec/02-job-lifecycle.md`.

use super::{Rule, Status};

rules! { "JOB-PROC", 2;
    JOB_PROC_001 = "JOB-PROC-001", "Constants", Status::SameAs("JOB-CONST-001");
    JOB_PROC_002 = "JOB-PROC-002", "Immediate path at schedule time", Status::Implemented;
    JOB_PROC_003 = "JOB-PROC-003", "Evaluation messages", Status::Implemented;
    JOB_PROC_004 = "JOB-PROC-004", "Individual check", Status::Implemented;
    JOB_PROC_005 = "JOB-PROC-005", "Before boot completes", Status::Implemented;
    JOB_PROC_006 = "JOB-PROC-006", "After every message", Status::Implemented;
    JOB_PROC_010 = "JOB-PROC-010", "CHECK_JOB", Status::Implemented;
    JOB_PROC_011 = "JOB-PROC-011", "Greedy evaluation", Status::Implemented;
    JOB_PROC_012 = "JOB-PROC-012", "Changed-list evaluation", Status::Implemented;
    JOB_PROC_013 = "JOB-PROC-013", "Classification of an executable job", Status::Implemented;
    JOB_PROC_014 = "JOB-PROC-014", "Decision", Status::Implemented;
    JOB_PROC_015 = "JOB-PROC-015", "Running jobs count", Status::Implemented;
    JOB_PROC_016 = "JOB-PROC-016", "Batch delay", Status::Implemented;
    JOB_PROC_017 = "JOB-PROC-017", "Batched jobs' pending reason", Status::Implemented;
    JOB_PROC_018 = "JOB-PROC-018", "Classification of a job that is not executable", Status::Implemented;
    JOB_PROC_019 = "JOB-PROC-019", "App start mode disabled", Status::Implemented;
    JOB_PROC_020 = "JOB-PROC-020", "Scheduler activity", Status::Implemented, oddity "the job that has just ended still counts as running";
    JOB_PROC_021 = "JOB-PROC-021", "Effect on UIJs", Status::Implemented, oddity "jobs that may run in Doze do not count as activity";
    JOB_PROC_022 = "JOB-PROC-022", "Prefetch launch estimate", Status::Implemented;
    JOB_PROC_023 = "JOB-PROC-023", "No connectivity grouping", Status::NotModelled("says what Android 14 does not do");
    JOB_PROC_024 = "JOB-PROC-024", "Light-Doze entry", Status::Implemented;
    JOB_PROC_025 = "JOB-PROC-025", "Doze exit order", Status::Implemented;
    JOB_PROC_026 = "JOB-PROC-026", "A replacement may run beside its predecessor", Status::Implemented;
    JOB_PROC_027 = "JOB-PROC-027", "Cloud media provider change", Status::Implemented;
}
