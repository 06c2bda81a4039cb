//! The contract with every form, which other tests have as well.

#[path = "../../it/openrpc/contract.rs"]
pub mod contract;
