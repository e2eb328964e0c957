//! Rules CONC-PRIV-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-PRIV", 3;
    CONC_PRIV_001 = "CONC-PRIV-001", "Who has it", Status::Planned;
    CONC_PRIV_002 = "CONC-PRIV-002", "Transient privilege only", Status::Planned;
    CONC_PRIV_003 = "CONC-PRIV-003", "One answer per uid and pass", Status::Planned;
    CONC_PRIV_004 = "CONC-PRIV-004", "Effect", Status::Planned;
    CONC_PRIV_005 = "CONC-PRIV-005", "Flag on the job", Status::Planned;
}
