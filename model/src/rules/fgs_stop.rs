//! Rules FGS-STOP-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-STOP", 8;
    FGS_STOP_001 = "FGS-STOP-001", "Leaving the foreground state", Status::Implemented;
    FGS_STOP_002 = "FGS-STOP-002", "Notification behaviour", Status::Implemented;
    FGS_STOP_003 = "FGS-STOP-003", "Boolean variant", Status::NotModelled("the client library turns the boolean into flags");
    FGS_STOP_004 = "FGS-STOP-004", "No permission or restriction checks", Status::Implemented;
    FGS_STOP_006 = "FGS-STOP-006", "Shared notification", Status::Implemented;
    FGS_STOP_020 = "FGS-STOP-020", "stopService", Status::Implemented;
    FGS_STOP_021 = "FGS-STOP-021", "stopSelf() / stopSelf(-1)", Status::Implemented;
    FGS_STOP_022 = "FGS-STOP-022", "stopSelf(startId)", Status::Implemented;
    FGS_STOP_023 = "FGS-STOP-023", "stopSelf before startForeground", Status::Implemented;
    FGS_STOP_030 = "FGS-STOP-030", "Bring-down", Status::Implemented;
    FGS_STOP_031 = "FGS-STOP-031", "Unbinding", Status::Implemented;
    FGS_STOP_032 = "FGS-STOP-032", "What takes effect at once and what is queued", Status::Implemented;
    FGS_STOP_040 = "FGS-STOP-040", "Process death", Status::Implemented;
    FGS_STOP_041 = "FGS-STOP-041", "User removes the task", Status::Implemented;
    FGS_STOP_050 = "FGS-STOP-050", "Idle uid", Status::Implemented;
    FGS_STOP_051 = "FGS-STOP-051", "App becomes background-restricted", Status::Implemented;
    FGS_STOP_052 = "FGS-STOP-052", "Background-restricted app leaves top or loses its privileged binding", Status::Implemented;
    FGS_STOP_053 = "FGS-STOP-053", "Active-FGS-app entries", Status::Implemented;
    FGS_STOP_060 = "FGS-STOP-060", "Task Manager list", Status::NotModelled("the Task Manager is a part of SystemUI");
    FGS_STOP_061 = "FGS-STOP-061", "Task Manager visibility per app", Status::NotModelled("the Task Manager is a part of SystemUI");
    FGS_STOP_062 = "FGS-STOP-062", "Stop button", Status::NotModelled("the Task Manager is a part of SystemUI");
    FGS_STOP_063 = "FGS-STOP-063", "Stop app for user", Status::Implemented;
    FGS_STOP_064 = "FGS-STOP-064", "Observer replay", Status::Implemented;
}
