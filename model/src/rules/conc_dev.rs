//! Rules CONC-DEV-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-DEV", 3;
    CONC_DEV_001 = "CONC-DEV-001", "Effective screen state", Status::Planned;
    CONC_DEV_002 = "CONC-DEV-002", "Choice of configuration", Status::Planned;
    CONC_DEV_003 = "CONC-DEV-003", "Memory level", Status::Planned;
    CONC_DEV_004 = "CONC-DEV-004", "Refresh throttle", Status::Planned;
    CONC_DEV_005 = "CONC-DEV-005", "Doze and battery saver entry", Status::Planned;
}
