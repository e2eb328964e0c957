//! Rules QUOTA-SEED-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-SEED", 6;
    QUOTA_SEED_001 = "QUOTA-SEED-001", "Statement of the seed document", Status::Planned;
    QUOTA_SEED_002 = "QUOTA-SEED-002", "Statement of the seed document", Status::Planned;
    QUOTA_SEED_003 = "QUOTA-SEED-003", "Statement of the seed document", Status::Planned;
}
