//! The test binary of the kit: house rules, the rule registry, scenarios and vectors.

mod registry;
mod scenarios;
mod statements;
mod tidy;
mod tree;
mod vectors;
