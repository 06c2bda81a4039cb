//! The other frameworks, each set up as its own documentation would, and what one would write by hand.
//!
//! - [`serve`]: what the kinds of the program `server` have in common; [`started`]: that program as a process.
//! - The others: one module a framework, or a way to do without.

pub mod axum_server;
pub mod by_hand;
pub mod hyper_server;
pub mod jsonrpsee;
pub mod rpc_server;
pub mod serve;
pub mod started;
pub mod tarpc;
pub mod tonic;
pub mod yerpc;
pub mod yerpc_server;
