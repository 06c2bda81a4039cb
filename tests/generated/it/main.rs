//! What generated contracts say about themselves, and that their clients work.
#![allow(clippy::unwrap_used, dead_code, missing_docs, reason = "tests")]

#[path = "../../it/generated/contract.rs"]
pub mod contract;
pub mod openrpc;
mod round_trip;
