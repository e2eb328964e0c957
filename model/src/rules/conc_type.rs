//! Rules CONC-TYPE-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-TYPE", 3;
    CONC_TYPE_001 = "CONC-TYPE-001", "Types", Status::Planned;
    CONC_TYPE_002 = "CONC-TYPE-002", "Types a job may run as", Status::Planned;
    CONC_TYPE_003 = "CONC-TYPE-003", "Type of a running job", Status::Planned;
    CONC_TYPE_004 = "CONC-TYPE-004", "Foreground user", Status::Planned;
    CONC_TYPE_005 = "CONC-TYPE-005", "Grace period", Status::Planned;
}
