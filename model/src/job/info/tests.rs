//! The description of a job, alone.
