//! Servers under load.
//!
//! - [`cases`]: what is asked of every server.
//! - [`load`]: what asks it, many times.
//! - [`contender`]: a server, and one turn of it.
//! - [`throughput`]: what the servers make of that, in turn; [`instructions`]: what a request costs one of them.

pub mod cases;
pub mod contender;
pub mod instructions;
pub mod load;
pub mod throughput;
