//! Rules CTRL-TARE-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-TARE", 4;
    CTRL_TARE_001 = "CTRL-TARE-001", "Disabled default", Status::Planned;
    CTRL_TARE_002 = "CTRL-TARE-002", "Consequence", Status::Planned;
    CTRL_TARE_003 = "CTRL-TARE-003", "Side effects of an expedited approval", Status::Planned;
}
