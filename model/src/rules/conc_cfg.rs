//! Rules CONC-CFG-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-CFG", 3;
    CONC_CFG_001 = "CONC-CFG-001", "Default concurrency limit", Status::Planned;
    CONC_CFG_002 = "CONC-CFG-002", "Keys", Status::Planned;
    CONC_CFG_003 = "CONC-CFG-003", "Reload", Status::Planned;
    CONC_CFG_004 = "CONC-CFG-004", "Default ratios", Status::Planned;
    CONC_CFG_005 = "CONC-CFG-005", "Slots from ratios", Status::Planned;
    CONC_CFG_006 = "CONC-CFG-006", "Resulting default slots", Status::Planned;
    CONC_CFG_007 = "CONC-CFG-007", "Inconsistent defaults are refused", Status::Planned;
}
