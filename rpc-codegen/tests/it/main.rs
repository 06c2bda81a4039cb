//! The tests of rpc-codegen, in one binary.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod broken;
mod bundle;
mod diff;
mod documents;
mod gate;
mod lint;
mod long_chains;
#[cfg(feature = "mock")]
mod mock;
mod model;
mod mutated;
mod python;
mod rust;
mod show;
mod typescript;
