//! Rules PROC-KILL-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "PROC-KILL", 10;
    PROC_KILL_001 = "PROC-KILL-001", "Low-memory selection (model)", Status::Planned;
    PROC_KILL_002 = "PROC-KILL-002", "Minimum-free levels", Status::Planned;
    PROC_KILL_003 = "PROC-KILL-003", "Kill order among typical job/FGS processes", Status::Planned;
    PROC_KILL_004 = "PROC-KILL-004", "Exit reasons used here", Status::Planned;
    PROC_KILL_010 = "PROC-KILL-010", "What the job side sees", Status::Planned;
    PROC_KILL_011 = "PROC-KILL-011", "Stop reasons recorded", Status::Planned;
    PROC_KILL_012 = "PROC-KILL-012", "Rescheduling after an unmarked death", Status::Planned;
    PROC_KILL_013 = "PROC-KILL-013", "Rescheduled UIJ", Status::Planned;
    PROC_KILL_014 = "PROC-KILL-014", "Several jobs in one process", Status::Planned;
    PROC_KILL_015 = "PROC-KILL-015", "Death before the service is connected", Status::Planned;
    PROC_KILL_016 = "PROC-KILL-016", "Bind refused", Status::Planned;
    PROC_KILL_017 = "PROC-KILL-017", "Null binding, binding died", Status::Planned;
    PROC_KILL_018 = "PROC-KILL-018", "Notifications of the dead execution", Status::Planned;
    PROC_KILL_019 = "PROC-KILL-019", "Observers of user-visible jobs", Status::Planned;
    PROC_KILL_020 = "PROC-KILL-020", "What a foreground service sees", Status::Planned;
    PROC_KILL_030 = "PROC-KILL-030", "Task Manager stop, step 1 (job marks)", Status::Planned;
    PROC_KILL_031 = "PROC-KILL-031", "Task Manager stop, step 2 (kill)", Status::Planned;
    PROC_KILL_032 = "PROC-KILL-032", "Result for running jobs", Status::Planned;
    PROC_KILL_033 = "PROC-KILL-033", "Result for waiting jobs", Status::Planned;
    PROC_KILL_034 = "PROC-KILL-034", "Marked, then stopped otherwise", Status::Planned;
    PROC_KILL_040 = "PROC-KILL-040", "Force-stop", Status::Planned;
    PROC_KILL_041 = "PROC-KILL-041", "\"Query restart\" broadcast", Status::Planned;
    PROC_KILL_042 = "PROC-KILL-042", "Crash", Status::Planned;
    PROC_KILL_043 = "PROC-KILL-043", "Crash counters of services", Status::Planned;
    PROC_KILL_044 = "PROC-KILL-044", "ANR", Status::Planned;
    PROC_KILL_045 = "PROC-KILL-045", "Removal from Recents", Status::Planned;
    PROC_KILL_046 = "PROC-KILL-046", "Kill of background processes", Status::Planned;
    PROC_KILL_047 = "PROC-KILL-047", "Background-restricted, cached, idle", Status::Planned;
    PROC_KILL_048 = "PROC-KILL-048", "User stopped", Status::Planned;
    PROC_KILL_050 = "PROC-KILL-050", "Will a service be restarted?", Status::SameAs("FGS-START-091");
    PROC_KILL_051 = "PROC-KILL-051", "onStartCommand results", Status::SameAs("FGS-START-090");
    PROC_KILL_052 = "PROC-KILL-052", "Delivered starts at death", Status::Planned;
    PROC_KILL_053 = "PROC-KILL-053", "Restart delay", Status::Planned;
    PROC_KILL_054 = "PROC-KILL-054", "Spacing of restarts", Status::Planned;
    PROC_KILL_055 = "PROC-KILL-055", "State of a restarted service", Status::Planned;
    PROC_KILL_056 = "PROC-KILL-056", "New start while a restart is pending", Status::Planned;
    PROC_KILL_057 = "PROC-KILL-057", "Death matrix", Status::Planned;
}
