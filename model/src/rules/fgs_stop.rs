//! Rules FGS-STOP-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-STOP", 8;
    FGS_STOP_001 = "FGS-STOP-001", "Leaving the foreground state", Status::Planned;
    FGS_STOP_002 = "FGS-STOP-002", "Notification behaviour", Status::Planned;
    FGS_STOP_003 = "FGS-STOP-003", "Boolean variant", Status::Planned;
    FGS_STOP_004 = "FGS-STOP-004", "No permission or restriction checks", Status::Planned;
    FGS_STOP_006 = "FGS-STOP-006", "Shared notification", Status::Planned;
    FGS_STOP_020 = "FGS-STOP-020", "stopService", Status::Planned;
    FGS_STOP_021 = "FGS-STOP-021", "stopSelf() / stopSelf(-1)", Status::Planned;
    FGS_STOP_022 = "FGS-STOP-022", "stopSelf(startId)", Status::Planned;
    FGS_STOP_023 = "FGS-STOP-023", "stopSelf before startForeground", Status::Planned;
    FGS_STOP_030 = "FGS-STOP-030", "Bring-down", Status::Planned;
    FGS_STOP_031 = "FGS-STOP-031", "Unbinding", Status::Planned;
    FGS_STOP_032 = "FGS-STOP-032", "What takes effect at once and what is queued", Status::Planned;
    FGS_STOP_040 = "FGS-STOP-040", "Process death", Status::Planned;
    FGS_STOP_041 = "FGS-STOP-041", "User removes the task", Status::Planned;
    FGS_STOP_050 = "FGS-STOP-050", "Idle uid", Status::Planned;
    FGS_STOP_051 = "FGS-STOP-051", "App becomes background-restricted", Status::Planned;
    FGS_STOP_052 = "FGS-STOP-052", "Background-restricted app leaves top or loses its privileged binding", Status::Planned;
    FGS_STOP_053 = "FGS-STOP-053", "Active-FGS-app entries", Status::Planned;
    FGS_STOP_060 = "FGS-STOP-060", "Task Manager list", Status::Planned;
    FGS_STOP_061 = "FGS-STOP-061", "Task Manager visibility per app", Status::Planned;
    FGS_STOP_062 = "FGS-STOP-062", "Stop button", Status::Planned;
    FGS_STOP_063 = "FGS-STOP-063", "Stop app for user", Status::Planned;
    FGS_STOP_064 = "FGS-STOP-064", "Observer replay", Status::Planned;
}
