//! Rules CTRL-GEN-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-GEN", 4;
    CTRL_GEN_001 = "CTRL-GEN-001", "Constraint bit values", Status::Implemented;
    CTRL_GEN_002 = "CTRL-GEN-002", "Required bits of a new job record", Status::Implemented;
    CTRL_GEN_003 = "CTRL-GEN-003", "Controller list and iteration order", Status::Planned;
    CTRL_GEN_004 = "CTRL-GEN-004", "Setting a constraint bit", Status::Implemented;
    CTRL_GEN_005 = "CTRL-GEN-005", "Stop reason stored when a constraint makes a job unready", Status::Implemented;
    CTRL_GEN_006 = "CTRL-GEN-006", "Pending-job reason contributed by constraints", Status::Implemented;
    CTRL_GEN_007 = "CTRL-GEN-007", "Readiness formula (reference)", Status::Implemented;
    CTRL_GEN_008 = "CTRL-GEN-008", "Notifications from controllers to the scheduler", Status::Planned;
    CTRL_GEN_009 = "CTRL-GEN-009", "Device-config update", Status::Planned;
    CTRL_GEN_010 = "CTRL-GEN-010", "When tracking starts", Status::Planned;
    CTRL_GEN_011 = "CTRL-GEN-011", "\"Would be ready\" test", Status::Implemented;
    CTRL_GEN_012 = "CTRL-GEN-012", "Constraints by job kind", Status::Planned;
    CTRL_GEN_013 = "CTRL-GEN-013", "Hypothetical readiness H(c, v)", Status::Implemented;
    CTRL_GEN_014 = "CTRL-GEN-014", "At tracking start nothing \"would be ready\"", Status::Planned;
    CTRL_GEN_015 = "CTRL-GEN-015", "Other bits at tracking start", Status::Planned;
    CTRL_GEN_016 = "CTRL-GEN-016", "Which controllers react to which call", Status::Implemented;
}
