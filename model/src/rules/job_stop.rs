//! Rules JOB-STOP-*: why jobs are stopped. Text: `docs/spec/02-job-lifecycle.md`.

use super::{Rule, Status};

rules! { "JOB-STOP", 2;
    JOB_STOP_001 = "JOB-STOP-001", "Public stop reasons (JobParameters)", Status::Implemented;
    JOB_STOP_002 = "JOB-STOP-002", "Internal stop reasons", Status::Implemented;
    JOB_STOP_003 = "JOB-STOP-003", "onStopJob is called only from EXECUTING", Status::Implemented;
    JOB_STOP_004 = "JOB-STOP-004", "Stop matrix", Status::Implemented;
    JOB_STOP_005 = "JOB-STOP-005", "\"only periodic\"", Status::Implemented;
    JOB_STOP_006 = "JOB-STOP-006", "Cancel removes first, stops second", Status::Implemented;
    JOB_STOP_007 = "JOB-STOP-007", "Scope of package and uid cancels", Status::Implemented;
    JOB_STOP_010 = "JOB-STOP-010", "Public reason of a lost constraint", Status::SameAs("CTRL-GEN-005");
    JOB_STOP_011 = "JOB-STOP-011", "When the reason is recorded", Status::SameAs("CTRL-GEN-004");
    JOB_STOP_012 = "JOB-STOP-012", "Lost-constraint stop", Status::Implemented;
    JOB_STOP_013 = "JOB-STOP-013", "Guarantee does not protect against lost constraints", Status::Implemented;
    JOB_STOP_014 = "JOB-STOP-014", "Public reason in the classifying evaluations", Status::Implemented, oddity "a job that is stopped for heat may be told that there is no reason";
    JOB_STOP_015 = "JOB-STOP-015", "Other reasons to be not executable", Status::Implemented;
    JOB_STOP_016 = "JOB-STOP-016", "Deep Doze entry", Status::Implemented;
    JOB_STOP_017 = "JOB-STOP-017", "Battery saver entry", Status::Implemented;
    JOB_STOP_018 = "JOB-STOP-018", "Thermal increase", Status::Implemented;
    JOB_STOP_019 = "JOB-STOP-019", "UIJ and thermal state", Status::Implemented;
    JOB_STOP_020 = "JOB-STOP-020", "What the system may stop a UIJ for", Status::Implemented;
    JOB_STOP_021 = "JOB-STOP-021", "onStopJob and retry for a UIJ", Status::Implemented;
    JOB_STOP_022 = "JOB-STOP-022", "Shell timeout", Status::Implemented;
    JOB_STOP_023 = "JOB-STOP-023", "Success bookkeeping", Status::Implemented;
    JOB_STOP_024 = "JOB-STOP-024", "NEVER bucket", Status::Implemented, oddity "the app is told that there is no reason";
}
