//! Rules JOB-NOTIF-*: notifications tied to jobs. Text: `docs/spec/02-job-lifecycle.md`.

use super::{Rule, Status};

rules! { "JOB-NOTIF", 2;
    JOB_NOTIF_001 = "JOB-NOTIF-001", "Association tables", Status::Implemented;
    JOB_NOTIF_002 = "JOB-NOTIF-002", "Posting", Status::Implemented;
    JOB_NOTIF_003 = "JOB-NOTIF-003", "Sharing an id", Status::Implemented;
    JOB_NOTIF_004 = "JOB-NOTIF-004", "Non-UIJ jobs", Status::Implemented;
    JOB_NOTIF_005 = "JOB-NOTIF-005", "Updating", Status::Implemented;
    JOB_NOTIF_010 = "JOB-NOTIF-010", "Removing an association: guard", Status::Implemented;
    JOB_NOTIF_011 = "JOB-NOTIF-011", "Last slot of an id", Status::Implemented;
    JOB_NOTIF_012 = "JOB-NOTIF-012", "User stop always removes", Status::Implemented;
    JOB_NOTIF_013 = "JOB-NOTIF-013", "Other slots remain", Status::Implemented;
    JOB_NOTIF_014 = "JOB-NOTIF-014", "Cleaning the UIJ tables", Status::Implemented;
    JOB_NOTIF_015 = "JOB-NOTIF-015", "Channel switched under the same id", Status::Implemented, oddity "a channel stays tied after the job has changed to another";
    JOB_NOTIF_020 = "JOB-NOTIF-020", "Notification of a UIJ cannot be cancelled by the app", Status::Implemented;
    JOB_NOTIF_021 = "JOB-NOTIF-021", "User dismissal", Status::Implemented;
    JOB_NOTIF_022 = "JOB-NOTIF-022", "Flag needs an association", Status::Implemented;
    JOB_NOTIF_023 = "JOB-NOTIF-023", "Channel deletion refused", Status::Implemented;
    JOB_NOTIF_024 = "JOB-NOTIF-024", "Importance", Status::Implemented;
    JOB_NOTIF_025 = "JOB-NOTIF-025", "Exempt from the per-app count limit", Status::Implemented;
    JOB_NOTIF_026 = "JOB-NOTIF-026", "Bad notification", Status::Implemented;
    JOB_NOTIF_027 = "JOB-NOTIF-027", "Notification permission", Status::Implemented;
    JOB_NOTIF_028 = "JOB-NOTIF-028", "Stripping restores the accepted flags", Status::Implemented;
    JOB_NOTIF_029 = "JOB-NOTIF-029", "Blocked channel while running", Status::Implemented;
}
