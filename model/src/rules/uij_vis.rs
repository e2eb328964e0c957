//! Rules UIJ-VIS-*. Text: `docs/spec/09-background-start.md`.

use super::{Rule, Status};

rules! { "UIJ-VIS", 9;
    UIJ_VIS_001 = "UIJ-VIS-001", "The rule of the documentation", Status::SameAs("JOB-API-035");
    UIJ_VIS_002 = "UIJ-VIS-002", "Exception 1 of the documentation", Status::NotModelled("an intent of the documentation; what holds is BAL-100");
    UIJ_VIS_003 = "UIJ-VIS-003", "Exception 2 of the documentation", Status::Implemented;
    UIJ_VIS_004 = "UIJ-VIS-004", "Position in request validation", Status::SameAs("JOB-API-010");
    UIJ_VIS_005 = "UIJ-VIS-005", "When it is checked", Status::Implemented;
    UIJ_VIS_006 = "UIJ-VIS-006", "Failure leaves state untouched", Status::SameAs("JOB-API-035");
    UIJ_VIS_010 = "UIJ-VIS-010", "Identities", Status::SameAs("JOB-API-033");
    UIJ_VIS_011 = "UIJ-VIS-011", "Permission of the source app", Status::SameAs("JOB-API-034");
    UIJ_VIS_012 = "UIJ-VIS-012", "State of the source app", Status::SameAs("JOB-API-035");
    UIJ_VIS_013 = "UIJ-VIS-013", "Permission of the calling app", Status::SameAs("JOB-API-033");
    UIJ_VIS_014 = "UIJ-VIS-014", "State of the calling app", Status::SameAs("JOB-API-035");
    UIJ_VIS_015 = "UIJ-VIS-015", "Verdict", Status::SameAs("JOB-API-035");
    UIJ_VIS_016 = "UIJ-VIS-016", "Permission outcome", Status::SameAs("JOB-API-034");
    UIJ_VIS_017 = "UIJ-VIS-017", "scheduleAsPackage pre-checks", Status::SameAs("JOB-API-012");
    UIJ_VIS_020 = "UIJ-VIS-020", "In-state check", Status::Implemented;
    UIJ_VIS_021 = "UIJ-VIS-021", "Activity-manager check, order", Status::Implemented;
    UIJ_VIS_022 = "UIJ-VIS-022", "While-in-use rule (as used here)", Status::Implemented;
    UIJ_VIS_023 = "UIJ-VIS-023", "Every reason counts", Status::Implemented;
    UIJ_VIS_024 = "UIJ-VIS-024", "While-in-use by bindings (flag off by default)", Status::SameAs("FGS-WIU-040");
    UIJ_VIS_025 = "UIJ-VIS-025", "Temporary while-in-use list", Status::SameAs("FGS-WIU-014");
    UIJ_VIS_030 = "UIJ-VIS-030", "Process condition", Status::Implemented;
    UIJ_VIS_031 = "UIJ-VIS-031", "Last-invisible time", Status::Implemented;
    UIJ_VIS_032 = "UIJ-VIS-032", "Which processes matter", Status::Implemented;
    UIJ_VIS_033 = "UIJ-VIS-033", "Shared uid", Status::Implemented;
    UIJ_VIS_040 = "UIJ-VIS-040", "UIJ flag of a service: setting", Status::SameAs("FGS-START-026");
    UIJ_VIS_041 = "UIJ-VIS-041", "Reasons that set the flag directly", Status::SameAs("FGS-START-026");
    UIJ_VIS_042 = "UIJ-VIS-042", "UIJ flag of a service: clearing", Status::SameAs("FGS-BG-036");
    UIJ_VIS_043 = "UIJ-VIS-043", "startForeground itself never sets the flag", Status::Implemented, oddity "what counts is how the service was started, not that it was promoted";
    UIJ_VIS_044 = "UIJ-VIS-044", "The flag sustains itself", Status::Implemented;
    UIJ_VIS_045 = "UIJ-VIS-045", "Bound-only foreground services", Status::Implemented;
    UIJ_VIS_050 = "UIJ-VIS-050", "Decision examples", Status::Implemented;
    UIJ_VIS_060 = "UIJ-VIS-060", "Documentation versus source, summary", Status::NotModelled("a summary of BAL-100, which is tested row by row");
}
