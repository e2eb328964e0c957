//! Rules FGS-EXC-*. Text: `docs/spec/07-fgs-types.md`.

use super::{Rule, Status};

rules! { "FGS-EXC", 7;
    FGS_EXC_001 = "FGS-EXC-001", "Class hierarchy", Status::Implemented;
    FGS_EXC_002 = "FGS-EXC-002", "Cause is always null", Status::NotModelled("an exception is a class and a message here; none has a cause");
    FGS_EXC_003 = "FGS-EXC-003", "Transport over Binder", Status::Implemented;
    FGS_EXC_010 = "FGS-EXC-010", "MissingForegroundServiceTypeException", Status::Implemented;
    FGS_EXC_011 = "FGS-EXC-011", "InvalidForegroundServiceTypeException", Status::Implemented;
    FGS_EXC_012 = "FGS-EXC-012", "ForegroundServiceTypeException", Status::Implemented;
    FGS_EXC_020 = "FGS-EXC-020", "SecurityException for missing type prerequisites", Status::Implemented;
    FGS_EXC_021 = "FGS-EXC-021", "SecurityException for other reasons", Status::Implemented;
    FGS_EXC_030 = "FGS-EXC-030", "IllegalArgumentException", Status::Implemented;
    FGS_EXC_040 = "FGS-EXC-040", "ForegroundServiceStartNotAllowedException", Status::Implemented;
    FGS_EXC_041 = "FGS-EXC-041", "BackgroundServiceStartNotAllowedException", Status::Implemented;
    FGS_EXC_050 = "FGS-EXC-050", "StartForegroundCalledOnStoppedServiceException", Status::Implemented;
    FGS_EXC_060 = "FGS-EXC-060", "ForegroundServiceDidNotStartInTimeException", Status::Implemented;
    FGS_EXC_061 = "FGS-EXC-061", "CannotPostForegroundServiceNotificationException", Status::Implemented;
    FGS_EXC_062 = "FGS-EXC-062", "BadForegroundServiceNotificationException", Status::Implemented;
    FGS_EXC_063 = "FGS-EXC-063", "Other nested ids", Status::Implemented;
    FGS_EXC_070 = "FGS-EXC-070", "Which exception wins in one startForeground call", Status::Implemented;
}
