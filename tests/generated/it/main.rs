//! What generated contracts say about themselves, and that their clients work.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![allow(
    dead_code,
    unfulfilled_lint_expectations,
    reason = "other tests use the rest of the contracts"
)]

#[path = "../../it/generated/contract.rs"]
pub mod contract;
mod corners;
mod guide;
pub mod mock;
pub mod openrpc;
mod round_trip;
mod used;
