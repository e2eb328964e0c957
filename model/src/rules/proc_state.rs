//! Rules PROC-STATE-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "PROC-STATE", 10;
    PROC_STATE_001 = "PROC-STATE-001", "Values", Status::Implemented;
    PROC_STATE_002 = "PROC-STATE-002", "Derived predicates", Status::Implemented;
    PROC_STATE_003 = "PROC-STATE-003", "Importance mapping", Status::Implemented;
    PROC_STATE_004 = "PROC-STATE-004", "Capability bits", Status::Implemented;
    PROC_STATE_005 = "PROC-STATE-005", "Default capabilities by final state", Status::Implemented;
    PROC_STATE_006 = "PROC-STATE-006", "Network rules by state and capability", Status::Implemented;
    PROC_STATE_007 = "PROC-STATE-007", "Reason code from a state", Status::Implemented;
    PROC_STATE_010 = "PROC-STATE-010", "Uid state and capabilities", Status::Implemented;
    PROC_STATE_011 = "PROC-STATE-011", "Uid events", Status::Implemented;
    PROC_STATE_012 = "PROC-STATE-012", "What the job scheduler receives", Status::Implemented;
    PROC_STATE_013 = "PROC-STATE-013", "Bias override of a uid", Status::SameAs("CTRL-BIAS-001");
    PROC_STATE_014 = "PROC-STATE-014", "Capabilities kept by the scheduler", Status::SameAs("CTRL-BIAS-002");
    PROC_STATE_015 = "PROC-STATE-015", "Uid gone", Status::SameAs("CTRL-BIAS-003");
    PROC_STATE_016 = "PROC-STATE-016", "Uid idle / active", Status::SameAs("CTRL-DOZE-006");
    PROC_STATE_017 = "PROC-STATE-017", "Effective job bias", Status::SameAs("CTRL-BIAS-006");
    PROC_STATE_018 = "PROC-STATE-018", "Which states count as what", Status::NotModelled("an overview of what other rules say about states");
    PROC_STATE_020 = "PROC-STATE-020", "Idle uids", Status::Implemented;
    PROC_STATE_021 = "PROC-STATE-021", "BACKGROUND_SETTLE_TIME", Status::Implemented;
    PROC_STATE_022 = "PROC-STATE-022", "New uid in background", Status::Implemented;
    PROC_STATE_023 = "PROC-STATE-023", "Active test", Status::Implemented;
    PROC_STATE_025 = "PROC-STATE-025", "Last process of a uid goes away", Status::Implemented;
    PROC_STATE_024 = "PROC-STATE-024", "Effect of a running job on idleness", Status::Implemented;
    PROC_STATE_026 = "PROC-STATE-026", "Uid removed", Status::SameAs("CTRL-BIAS-003");
}
