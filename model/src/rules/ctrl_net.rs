//! Rules CTRL-NET-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-NET", 4;
    CTRL_NET_001 = "CTRL-NET-001", "Tracking", Status::Planned;
    CTRL_NET_002 = "CTRL-NET-002", "Network inventory", Status::Planned;
    CTRL_NET_003 = "CTRL-NET-003", "Per-uid default network", Status::Planned;
    CTRL_NET_004 = "CTRL-NET-004", "Blocked-reason bits", Status::Planned;
    CTRL_NET_005 = "CTRL-NET-005", "Bypassable blocked reasons per job kind", Status::Planned;
    CTRL_NET_006 = "CTRL-NET-006", "Satisfaction decision list", Status::Planned;
    CTRL_NET_007 = "CTRL-NET-007", "Usable", Status::Planned;
    CTRL_NET_008 = "CTRL-NET-008", "Size check with a minimum chunk", Status::Planned;
    CTRL_NET_009 = "CTRL-NET-009", "Size check without chunk on charging + unmetered", Status::Planned;
    CTRL_NET_010 = "CTRL-NET-010", "Size check with estimates", Status::Planned;
    CTRL_NET_011 = "CTRL-NET-011", "Transfer-time formula", Status::Planned;
    CTRL_NET_012 = "CTRL-NET-012", "Maximum run time used by the size check", Status::Planned;
    CTRL_NET_013 = "CTRL-NET-013", "Metered use allowed", Status::Planned;
    CTRL_NET_014 = "CTRL-NET-014", "Metered cache maintenance", Status::Planned;
    CTRL_NET_015 = "CTRL-NET-015", "Congestion delay", Status::Planned;
    CTRL_NET_016 = "CTRL-NET-016", "Window fraction", Status::Planned;
    CTRL_NET_017 = "CTRL-NET-017", "Signal strength", Status::Planned;
    CTRL_NET_018 = "CTRL-NET-018", "Signal level tracking", Status::Planned;
    CTRL_NET_019 = "CTRL-NET-019", "Strict match", Status::Planned;
    CTRL_NET_020 = "CTRL-NET-020", "Request matching", Status::Planned;
    CTRL_NET_021 = "CTRL-NET-021", "Relaxed match (prefetch)", Status::Planned;
    CTRL_NET_022 = "CTRL-NET-022", "Job byte totals", Status::Planned;
    CTRL_NET_023 = "CTRL-NET-023", "Evaluating one job", Status::Planned;
    CTRL_NET_024 = "CTRL-NET-024", "Effects of an evaluation", Status::Planned;
    CTRL_NET_025 = "CTRL-NET-025", "Sticky network of a running job", Status::Implemented;
    CTRL_NET_026 = "CTRL-NET-026", "Network loss of a running job", Status::Planned;
    CTRL_NET_027 = "CTRL-NET-027", "Telling a running job about a network change", Status::Planned;
    CTRL_NET_028 = "CTRL-NET-028", "Per-job evaluation on request (expedited / user-initiated)", Status::Planned;
    CTRL_NET_029 = "CTRL-NET-029", "App-standby firewall exception", Status::Planned;
    CTRL_NET_030 = "CTRL-NET-030", "Updating all tracked jobs", Status::Planned;
    CTRL_NET_031 = "CTRL-NET-031", "Execution bookkeeping", Status::Planned;
    CTRL_NET_032 = "CTRL-NET-032", "Registering default-network callbacks", Status::Planned;
    CTRL_NET_033 = "CTRL-NET-033", "Losing a callback", Status::Planned;
    CTRL_NET_034 = "CTRL-NET-034", "Callback adjustment", Status::Planned;
    CTRL_NET_035 = "CTRL-NET-035", "Pecking order of uids", Status::Planned;
    CTRL_NET_036 = "CTRL-NET-036", "Event table", Status::Planned;
    CTRL_NET_037 = "CTRL-NET-037", "Network-active callback", Status::Planned;
    CTRL_NET_038 = "CTRL-NET-038", "Package or user removal", Status::Planned;
    CTRL_NET_039 = "CTRL-NET-039", "Stale stored bias", Status::Planned;
    CTRL_NET_040 = "CTRL-NET-040", "Estimated transfer time of a job", Status::Planned;
    CTRL_NET_041 = "CTRL-NET-041", "Network-type shortcuts", Status::Planned;
    CTRL_NET_042 = "CTRL-NET-042", "VPN and the RESTRICTED/prefetch rebuild", Status::Planned;
}
