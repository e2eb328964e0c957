//! Rules CTRL-BIAS-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-BIAS", 4;
    CTRL_BIAS_001 = "CTRL-BIAS-001", "Bias from process state", Status::Implemented;
    CTRL_BIAS_002 = "CTRL-BIAS-002", "Capability and process-state cache", Status::Planned;
    CTRL_BIAS_003 = "CTRL-BIAS-003", "Uid gone", Status::Planned;
    CTRL_BIAS_004 = "CTRL-BIAS-004", "Propagation", Status::Planned;
    CTRL_BIAS_005 = "CTRL-BIAS-005", "Controller reactions to a bias change", Status::Planned;
    CTRL_BIAS_006 = "CTRL-BIAS-006", "Evaluated bias of a job", Status::Implemented;
    CTRL_BIAS_007 = "CTRL-BIAS-007", "Packages of a uid", Status::Planned;
}
