//! The other frameworks, each set up as its own documentation would, and what one would write by hand.
//!
//! - [`serve`]: what the kinds of the program `server` have in common; [`started`]: that program as a process.
//! - [`rpc_server`], [`jsonrpsee`]: one module a framework.

pub mod by_hand;
pub mod jsonrpsee;
pub mod rpc_server;
pub mod serve;
pub mod started;
pub mod yerpc;
