//! Rules QUOTA-EX-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-EX", 6;
    QUOTA_EX_001 = "QUOTA-EX-001", "WORKING, no history", Status::Planned;
    QUOTA_EX_002 = "QUOTA-EX-002", "WORKING, one old and one recent session", Status::Planned;
    QUOTA_EX_003 = "QUOTA-EX-003", "WORKING, straddling session", Status::Planned;
    QUOTA_EX_004 = "QUOTA-EX-004", "WORKING, session ending exactly at the window start", Status::Planned;
    QUOTA_EX_005 = "QUOTA-EX-005", "WORKING, exhausted; next in-quota time", Status::Planned;
    QUOTA_EX_006 = "QUOTA-EX-006", "WORKING, inside the buffer", Status::Planned;
    QUOTA_EX_007 = "QUOTA-EX-007", "FREQUENT, predicate flips before the alarm time", Status::Planned;
    QUOTA_EX_008 = "QUOTA-EX-008", "RARE, session limit and coalescing", Status::Planned;
    QUOTA_EX_009 = "QUOTA-EX-009", "RARE, job limit", Status::Planned;
    QUOTA_EX_010 = "QUOTA-EX-010", "RESTRICTED, one session a day", Status::Planned;
    QUOTA_EX_011 = "QUOTA-EX-011", "WORKING, job rate limit", Status::Planned;
    QUOTA_EX_012 = "QUOTA-EX-012", "ACTIVE, session rate limit is not coalesced", Status::Planned;
    QUOTA_EX_013 = "QUOTA-EX-013", "ACTIVE, 24 h cap", Status::Planned;
    QUOTA_EX_014 = "QUOTA-EX-014", "ACTIVE, 24 h cap with a session phasing out", Status::Planned;
    QUOTA_EX_015 = "QUOTA-EX-015", "ACTIVE is not unlimited for one continuous run", Status::Planned;
    QUOTA_EX_016 = "QUOTA-EX-016", "Time until consumed with roll-off", Status::Planned;
    QUOTA_EX_017 = "QUOTA-EX-017", "Demotion gives negative remaining time", Status::Planned;
    QUOTA_EX_018 = "QUOTA-EX-018", "Charging splits a run", Status::Planned;
    QUOTA_EX_019 = "QUOTA-EX-019", "Foreground splits a run; TOP-started does not count", Status::Planned;
    QUOTA_EX_020 = "QUOTA-EX-020", "Regular cutoff with a pending sibling", Status::Planned;
    QUOTA_EX_021 = "QUOTA-EX-021", "Bucket change while running", Status::Planned;
    QUOTA_EX_022 = "QUOTA-EX-022", "Cutoff overshoot with an empty ledger", Status::Planned;
    QUOTA_EX_023 = "QUOTA-EX-023", "Quota bump", Status::Planned;
    QUOTA_EX_024 = "QUOTA-EX-024", "EJ remaining time", Status::Planned;
    QUOTA_EX_025 = "QUOTA-EX-025", "EJ exhausted; alarm", Status::Planned;
    QUOTA_EX_026 = "QUOTA-EX-026", "EJ rewards", Status::Planned;
    QUOTA_EX_027 = "QUOTA-EX-027", "Reward larger than the tally while an EJ runs", Status::Planned;
    QUOTA_EX_028 = "QUOTA-EX-028", "EJ cutoff and minimum guarantee", Status::Planned;
    QUOTA_EX_029 = "QUOTA-EX-029", "TOP grace", Status::Planned;
    QUOTA_EX_030 = "QUOTA-EX-030", "Temp allowlist", Status::Planned;
    QUOTA_EX_031 = "QUOTA-EX-031", "EJ approval lost by demotion", Status::Planned;
    QUOTA_EX_032 = "QUOTA-EX-032", "Alarm batching across packages", Status::Planned;
    QUOTA_EX_033 = "QUOTA-EX-033", "Quota ceilings", Status::Planned;
    QUOTA_EX_034 = "QUOTA-EX-034", "schedule() rate limit", Status::Planned;
    QUOTA_EX_035 = "QUOTA-EX-035", "Over-limit user-initiated job in path B", Status::Planned;
    QUOTA_EX_036 = "QUOTA-EX-036", "Running jobs hit by the rate limit", Status::Planned;
    QUOTA_EX_037 = "QUOTA-EX-037", "Failed start", Status::Planned;
    QUOTA_EX_038 = "QUOTA-EX-038", "Charging transitions and a pending job", Status::Planned;
    QUOTA_EX_039 = "QUOTA-EX-039", "Over-credit by ageing after rewards", Status::Planned;
    QUOTA_EX_040 = "QUOTA-EX-040", "Coalescing chain", Status::Planned;
    QUOTA_EX_041 = "QUOTA-EX-041", "Constant change", Status::Planned;
    QUOTA_EX_042 = "QUOTA-EX-042", "The controller driven by itself", Status::Planned;
}
