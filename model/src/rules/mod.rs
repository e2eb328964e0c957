//! The registry of all rules: the only place that spells a rule id as text.
//!
//! A rule is a `static` named after its id, so citing a rule that does not exist does not compile.
//! The text of each rule stands in `docs/spec/`; a test keeps the two lists in step, and another one
//! demands of every implemented rule that the model names it and that a test claims it.

use std::fmt;
use std::hash::{Hash, Hasher};

/// Declares the rules of one area as statics, and `RULES`, the list of them in order. A rule that describes
/// an oddity of Android says at its end which: `oddity "the sum wraps"`.
macro_rules! rules {
    ($area:literal, $chapter:literal; $($name:ident = $id:literal, $title:literal, $status:expr $(, oddity $oddity:literal)?;)*) => {
        $(#[doc = concat!("`", $id, ": ", $title, "`.")]
        pub static $name: Rule = Rule {
            id: $id,
            area: $area,
            chapter: $chapter,
            title: $title,
            status: $status,
            oddity: rules!(@oddity $($oddity)?),
        };)*
        /// Every rule of this area, in the order of the specification.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
    (@oddity) => { None };
    (@oddity $oddity:literal) => { Some($oddity) };
}

pub mod bal;
pub mod conc_asg;
pub mod conc_cfg;
pub mod conc_cnt;
pub mod conc_dev;
pub mod conc_done;
pub mod conc_exec;
pub mod conc_pkg;
pub mod conc_priv;
pub mod conc_stop;
pub mod conc_type;
pub mod ctrl_batt;
pub mod ctrl_bg;
pub mod ctrl_bias;
pub mod ctrl_comp;
pub mod ctrl_content;
pub mod ctrl_doze;
pub mod ctrl_flex;
pub mod ctrl_gen;
pub mod ctrl_idle;
pub mod ctrl_net;
pub mod ctrl_prefetch;
pub mod ctrl_restrict;
pub mod ctrl_stor;
pub mod ctrl_tare;
pub mod ctrl_thermal;
pub mod ctrl_time;
pub mod dump;
pub mod fgs_bg;
pub mod fgs_combo;
pub mod fgs_defer;
pub mod fgs_exc;
pub mod fgs_oom;
pub mod fgs_short;
pub mod fgs_start;
pub mod fgs_stop;
pub mod fgs_type;
pub mod fgs_wiu;
pub mod job_api;
pub mod job_const;
pub mod job_info;
pub mod job_notif;
pub mod job_proc;
pub mod job_ready;
pub mod job_resched;
pub mod job_run;
pub mod job_sched;
pub mod job_stop;
pub mod job_time;
pub mod job_userstop;
pub mod job_val;
pub mod mem;
pub mod perm;
pub mod pkg;
pub mod proc_adj;
pub mod proc_kill;
pub mod proc_state;
pub mod pwr;
pub mod queue_bias;
pub mod queue_iter;
pub mod queue_ord;
pub mod queue_pri;
pub mod quota_bkt;
pub mod quota_const;
pub mod quota_ej;
pub mod quota_ex;
pub mod quota_exempt;
pub mod quota_sched;
pub mod quota_seed;
pub mod quota_state;
pub mod quota_timer;
pub mod quota_win;
pub mod restr;
pub mod shell;
pub mod standby;
pub mod store;
pub mod therm;
pub mod uij_vis;
pub mod user;

/// One numbered statement of the specification.
#[derive(Debug)]
pub struct Rule {
    /// As in the specification: `JOB-VAL-058`.
    pub id: &'static str,
    /// The id without its number: `JOB-VAL`.
    pub area: &'static str,
    /// The chapter of `docs/spec/` that holds the text.
    pub chapter: u8,
    /// The heading in the specification.
    pub title: &'static str,
    /// Whether the model follows it.
    pub status: Status,
    /// What nobody would expect of it: a sum that wraps, a limit that admits one more, a test the wrong way
    /// round. Android 14 does it, so the model does.
    pub oddity: Option<&'static str>,
}

/// How far the model follows a rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    /// A decision of the model enforces it and a test named after it would fail without it.
    Implemented,
    /// Not yet.
    Planned,
    /// Deliberately left out; the text says why.
    NotModelled(&'static str),
    /// The rule only repeats another one and shares its status.
    SameAs(&'static str),
}

impl Rule {
    /// The status after following [`Status::SameAs`].
    pub fn resolved_status(&self) -> Status {
        match self.status {
            Status::SameAs(id) => find(id).map_or(Status::Planned, Rule::resolved_status),
            status => status,
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// The rule with this id, if there is one.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// All rules, in the order of the specification.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().flat_map(|area| area.iter().copied())
}

static AREAS: &[&[&Rule]] = &[
    job_info::RULES,
    job_val::RULES,
    job_api::RULES,
    job_sched::RULES,
    job_const::RULES,
    job_run::RULES,
    job_time::RULES,
    job_stop::RULES,
    job_resched::RULES,
    job_ready::RULES,
    job_proc::RULES,
    job_userstop::RULES,
    job_notif::RULES,
    conc_cfg::RULES,
    conc_dev::RULES,
    conc_type::RULES,
    conc_cnt::RULES,
    conc_priv::RULES,
    conc_pkg::RULES,
    conc_asg::RULES,
    conc_exec::RULES,
    conc_stop::RULES,
    conc_done::RULES,
    queue_bias::RULES,
    queue_pri::RULES,
    queue_ord::RULES,
    queue_iter::RULES,
    ctrl_gen::RULES,
    ctrl_bias::RULES,
    ctrl_batt::RULES,
    ctrl_stor::RULES,
    ctrl_net::RULES,
    ctrl_time::RULES,
    ctrl_idle::RULES,
    ctrl_doze::RULES,
    ctrl_bg::RULES,
    ctrl_content::RULES,
    ctrl_comp::RULES,
    ctrl_prefetch::RULES,
    ctrl_flex::RULES,
    ctrl_tare::RULES,
    ctrl_thermal::RULES,
    ctrl_restrict::RULES,
    store::RULES,
    shell::RULES,
    dump::RULES,
    pkg::RULES,
    quota_const::RULES,
    quota_exempt::RULES,
    quota_bkt::RULES,
    quota_win::RULES,
    quota_timer::RULES,
    quota_ej::RULES,
    quota_state::RULES,
    quota_sched::RULES,
    quota_ex::RULES,
    quota_seed::RULES,
    fgs_type::RULES,
    fgs_combo::RULES,
    fgs_exc::RULES,
    fgs_start::RULES,
    fgs_bg::RULES,
    fgs_wiu::RULES,
    fgs_short::RULES,
    fgs_stop::RULES,
    fgs_oom::RULES,
    fgs_defer::RULES,
    bal::RULES,
    uij_vis::RULES,
    proc_state::RULES,
    proc_adj::RULES,
    proc_kill::RULES,
    mem::RULES,
    therm::RULES,
    pwr::RULES,
    standby::RULES,
    user::RULES,
    perm::RULES,
    restr::RULES,
];
