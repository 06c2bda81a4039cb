//! Servers under load.
//!
//! - [`cases`]: the messages that every server must answer.
//! - [`load`]: the load generator.
//! - [`contender`]: a server, and one turn of measuring it.
//! - [`throughput`]: measures the servers in turn.
//! - [`instructions`]: counts the instructions of a request; [`additions`]: those that options of our server add.
//! - [`allocations`]: counts the allocations of a request.

pub mod additions;
pub mod allocations;
pub mod cases;
pub mod contender;
pub mod instructions;
pub mod load;
pub mod throughput;
