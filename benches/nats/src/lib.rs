//! The suite `nats`: calls over NATS, compared with requests of async-nats alone.
//!
//! - [`server`]: the server of NATS, as a child process.
//! - [`workers`]: the kinds of the program `nats-worker`.
//! - [`contenders`]: the clients, connected to their workers.
//! - [`overload`]: another program, `overload`: more calls than a worker can do.

pub mod contenders;
pub mod overload;
pub mod server;
pub mod workers;
