//! Rules JOB-TIME-*: execution time guarantees and limits. Text: `docs/spec/02-job-lifecycle.md`.

use super::{Rule, Status};

rules! { "JOB-TIME", 2;
    JOB_TIME_001 = "JOB-TIME-001", "Runtime constants", Status::Implemented;
    JOB_TIME_002 = "JOB-TIME-002", "Reload is all-or-nothing", Status::Implemented;
    JOB_TIME_010 = "JOB-TIME-010", "Minimum guarantee", Status::Implemented;
    JOB_TIME_011 = "JOB-TIME-011", "UIJ without network cannot be scheduled", Status::Implemented;
    JOB_TIME_012 = "JOB-TIME-012", "Defaults", Status::Implemented;
    JOB_TIME_013 = "JOB-TIME-013", "Float arithmetic of the buffered estimate", Status::Implemented, oddity "computed in 32-bit floating point";
    JOB_TIME_020 = "JOB-TIME-020", "Maximum execution time", Status::Implemented;
    JOB_TIME_021 = "JOB-TIME-021", "Quota part of the maximum", Status::Implemented;
    JOB_TIME_022 = "JOB-TIME-022", "Effective maximum", Status::Implemented;
    JOB_TIME_023 = "JOB-TIME-023", "Default effective limits", Status::Implemented;
    JOB_TIME_030 = "JOB-TIME-030", "Estimated transfer time", Status::Implemented;
    JOB_TIME_031 = "JOB-TIME-031", "Transfer time of one direction", Status::Implemented, oddity "the products wrap";
    JOB_TIME_032 = "JOB-TIME-032", "Estimates are off by default", Status::Implemented;
    JOB_TIME_033 = "JOB-TIME-033", "Cumulative run time does not shorten an execution", Status::Implemented;
    JOB_TIME_040 = "JOB-TIME-040", "Between guarantee and maximum", Status::Implemented;
    JOB_TIME_041 = "JOB-TIME-041", "Guarantee is not a promise", Status::Implemented;
    JOB_TIME_042 = "JOB-TIME-042", "Overtime predicate", Status::Implemented;
}
