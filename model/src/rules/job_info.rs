//! Rules JOB-INFO-*: the job description and the record derived from it. Text: `docs/spec/01-job-api.md`.

use super::{Rule, Status};

rules! { "JOB-INFO", 1;
    JOB_INFO_001 = "JOB-INFO-001", "Fields and defaults of a job description", Status::Implemented;
    JOB_INFO_002 = "JOB-INFO-002", "Job flag bits", Status::Implemented;
    JOB_INFO_003 = "JOB-INFO-003", "Constraint flag bits", Status::Implemented;
    JOB_INFO_004 = "JOB-INFO-004", "Network type constants", Status::Implemented;
    JOB_INFO_005 = "JOB-INFO-005", "Priority constants", Status::Implemented;
    JOB_INFO_006 = "JOB-INFO-006", "Bias constants", Status::Implemented;
    JOB_INFO_007 = "JOB-INFO-007", "Backoff and period constants", Status::Implemented;
    JOB_INFO_008 = "JOB-INFO-008", "Boolean views", Status::Implemented;
    JOB_INFO_009 = "JOB-INFO-009", "Standby exemption view", Status::Implemented;
    JOB_INFO_010 = "JOB-INFO-010", "Legacy network type view", Status::Implemented;
    JOB_INFO_011 = "JOB-INFO-011", "Early/late markers are independent of the values", Status::Implemented;
    JOB_INFO_012 = "JOB-INFO-012", "Immutability and copying", Status::Implemented;
    JOB_INFO_013 = "JOB-INFO-013", "Equality of two descriptions", Status::Implemented;
    JOB_INFO_014 = "JOB-INFO-014", "Loose bundle comparison", Status::Implemented;
    JOB_INFO_015 = "JOB-INFO-015", "Trigger content URI", Status::Implemented;
    JOB_INFO_016 = "JOB-INFO-016", "Wire field order of a description", Status::NotModelled("structured AIDL carries descriptions; the byte order of parcels is not observable");
    JOB_INFO_017 = "JOB-INFO-017", "Job identity", Status::Implemented;
    JOB_INFO_018 = "JOB-INFO-018", "Source identity", Status::Implemented;
    JOB_INFO_019 = "JOB-INFO-019", "Battery name and wake-lock tag", Status::Implemented;
    JOB_INFO_020 = "JOB-INFO-020", "Server constraint bits", Status::Implemented;
    JOB_INFO_021 = "JOB-INFO-021", "Required mask derivation", Status::Implemented;
    JOB_INFO_022 = "JOB-INFO-022", "Time window of a one-off job", Status::Implemented;
    JOB_INFO_023 = "JOB-INFO-023", "Time window overflow and odd values", Status::Implemented, oddity "the sums wrap, and exactly 0 and the largest number mean that there is no limit";
    JOB_INFO_024 = "JOB-INFO-024", "Time window of a periodic job", Status::Implemented;
    JOB_INFO_025 = "JOB-INFO-025", "Original latest time", Status::Implemented;
    JOB_INFO_026 = "JOB-INFO-026", "Standby bucket at creation", Status::Implemented;
    JOB_INFO_027 = "JOB-INFO-027", "Dynamic constraints of a restricted-bucket job", Status::Implemented;
    JOB_INFO_028 = "JOB-INFO-028", "When FLEXIBLE is required", Status::Implemented;
    JOB_INFO_029 = "JOB-INFO-029", "Effective network estimates", Status::Implemented;
    JOB_INFO_030 = "JOB-INFO-030", "Effective minimum chunk", Status::Implemented;
    JOB_INFO_031 = "JOB-INFO-031", "When effective estimates are recomputed", Status::Implemented, oddity "the estimate leaves out items that are being worked on, and is not computed anew on a dequeue";
    JOB_INFO_032 = "JOB-INFO-032", "Effective trigger delays", Status::Implemented;
    JOB_INFO_033 = "JOB-INFO-033", "Internal flags", Status::Implemented;
    JOB_INFO_034 = "JOB-INFO-034", "Counters of a freshly scheduled record", Status::Implemented;
    JOB_INFO_035 = "JOB-INFO-035", "Effective priority", Status::Implemented;
    JOB_INFO_036 = "JOB-INFO-036", "Treated as user-initiated", Status::Implemented;
    JOB_INFO_037 = "JOB-INFO-037", "Treated as expedited", Status::Implemented;
    JOB_INFO_038 = "JOB-INFO-038", "User-visible job", Status::Implemented;
    JOB_INFO_039 = "JOB-INFO-039", "Effective standby bucket", Status::Implemented;
    JOB_INFO_040 = "JOB-INFO-040", "Media-backup exemption", Status::Implemented;
    JOB_INFO_041 = "JOB-INFO-041", "The stored description is the caller's description", Status::Implemented;
    JOB_INFO_042 = "JOB-INFO-042", "Override states", Status::Implemented;
    JOB_INFO_043 = "JOB-INFO-043", "Foreground exemption", Status::Implemented;
}
