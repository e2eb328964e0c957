//! Rules CONC-PKG-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-PKG", 3;
    CONC_PKG_001 = "CONC-PKG-001", "Counters", Status::Planned;
    CONC_PKG_002 = "CONC-PKG-002", "Limited?", Status::Planned;
    CONC_PKG_003 = "CONC-PKG-003", "Defaults", Status::Planned;
}
