//! Rules DUMP-*. Text: `docs/spec/05-store-shell-dump.md`.

use super::{Rule, Status};

rules! { "DUMP", 5;
    DUMP_001 = "DUMP-001", "Access", Status::Planned;
    DUMP_002 = "DUMP-002", "Arguments", Status::Planned;
    DUMP_003 = "DUMP-003", "Filter", Status::Planned;
    DUMP_004 = "DUMP-004", "Uid formatting", Status::Planned;
    DUMP_005 = "DUMP-005", "Unique id", Status::Planned;
    DUMP_006 = "DUMP-006", "Section order", Status::Planned;
    DUMP_007 = "DUMP-007", "Registered job", Status::Planned;
    DUMP_008 = "DUMP-008", "Pending entry", Status::Planned;
    DUMP_009 = "DUMP-009", "Active entry", Status::Planned;
    DUMP_010 = "DUMP-010", "Controller blocks", Status::Planned;
    DUMP_011 = "DUMP-011", "Job dump content", Status::Planned;
    DUMP_012 = "DUMP-012", "Constraint names", Status::Planned;
    DUMP_013 = "DUMP-013", "Bucket names", Status::Planned;
    DUMP_014 = "DUMP-014", "Side effect", Status::Planned;
    DUMP_015 = "DUMP-015", "Battery name, tag and short text", Status::Planned;
}
