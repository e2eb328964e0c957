//! The wire contract of jobwarden, generated from `dev/jobwarden/*.aidl`.
//!
//! The `.aidl` files are the documentation: what each method does, by rule, and what it throws.
//! Paths are those that the platform's own compiler produces, so that the same source builds there:
//!
//! ```
//! use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::BnJobScheduler;
//! use jobwarden_aidl::binder::Remotable;
//!
//! assert_eq!(BnJobScheduler::descriptor(), "dev.jobwarden.IJobScheduler");
//! ```

// `binder` is the crate's name on the platform; generated code spells the one it has here.
extern crate binder as rsbinder;

pub use binder;

/// The generated code, one module per package and type.
#[allow(
    missing_docs,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    non_snake_case,
    non_upper_case_globals,
    unused,
    reason = "generated code; its documentation is in the .aidl files"
)]
pub mod aidl {
    include!(concat!(env!("OUT_DIR"), "/jobwarden_aidl.rs"));
}
