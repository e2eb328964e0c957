//! Rules JOB-CONST-*: constants of the scheduler. Text: `docs/spec/01-job-api.md`.

use super::{Rule, Status};

rules! { "JOB-CONST", 1;
    JOB_CONST_001 = "JOB-CONST-001", "Source of configurable values", Status::Implemented;
    JOB_CONST_002 = "JOB-CONST-002", "Runtime clamps", Status::Implemented;
    JOB_CONST_003 = "JOB-CONST-003", "TARE switch", Status::NotModelled("the resource economy is always off");
    JOB_CONST_004 = "JOB-CONST-004", "Guaranteed execution time", Status::Implemented;
    JOB_CONST_005 = "JOB-CONST-005", "Maximum execution time", Status::Implemented;
    JOB_CONST_006 = "JOB-CONST-006", "Payload estimate and execution time", Status::Implemented;
    JOB_CONST_007 = "JOB-CONST-007", "Fixed constants", Status::Implemented;
    JOB_CONST_008 = "JOB-CONST-008", "Invalid quota configuration", Status::Implemented;
}
