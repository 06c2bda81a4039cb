//! The servers: this project, other frameworks set up as their documentation recommends, and hand-written ones.
//!
//! - [`serve`]: how the program `server` starts and ends; [`kinds`]: the kinds that it has.
//! - [`started`]: that program as a child process.
//! - The other modules: one for each framework or hand-written server.

pub mod axum_server;
pub mod by_hand;
pub mod fastest;
pub mod hyper_server;
pub mod jsonrpsee;
pub mod kinds;
pub mod rpc_server;
pub mod serve;
pub mod started;
pub mod tarpc;
pub mod tonic;
pub mod yerpc;
pub mod yerpc_server;
