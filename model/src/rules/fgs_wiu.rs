//! Rules FGS-WIU-*. Text: `docs/spec/08-fgs-lifecycle.md`.

use super::{Rule, Status};

rules! { "FGS-WIU", 8;
    FGS_WIU_001 = "FGS-WIU-001", "Meaning", Status::Implemented;
    FGS_WIU_010 = "FGS-WIU-010", "Ordered list", Status::Implemented;
    FGS_WIU_011 = "FGS-WIU-011", "Not in the WIU list", Status::Implemented;
    FGS_WIU_013 = "FGS-WIU-013", "Privileges", Status::Implemented;
    FGS_WIU_014 = "FGS-WIU-014", "While-in-use temporary allow-list", Status::Implemented;
    FGS_WIU_015 = "FGS-WIU-015", "Package ownership", Status::Implemented;
    FGS_WIU_016 = "FGS-WIU-016", "Activity grace and tokens, per process", Status::Implemented;
    FGS_WIU_020 = "FGS-WIU-020", "What WIU grants", Status::Implemented;
    FGS_WIU_021 = "FGS-WIU-021", "No WIU: FGS without sensors", Status::Implemented;
    FGS_WIU_030 = "FGS-WIU-030", "WIU in the type policy", Status::Implemented;
    FGS_WIU_031 = "FGS-WIU-031", "Flag is kept while the FGS runs", Status::Implemented;
    FGS_WIU_032 = "FGS-WIU-032", "Flag can be gained later", Status::Implemented;
    FGS_WIU_040 = "FGS-WIU-040", "Alternative mode (off by default)", Status::Implemented;
    FGS_WIU_041 = "FGS-WIU-041", "WIU without a WIU reason", Status::Implemented;
}
