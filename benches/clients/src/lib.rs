//! Clients side by side: the same calls, made by each, of servers in other processes.
//!
//! - [`client`]: what a client is here, and the proof that it is right. One module a framework:
//!   [`ours`], [`jsonrpsee`], [`by_hand`], [`tarpc`], [`tonic`].
//! - [`contenders`]: all of them, connected.
//! - [`load`]: how the calls are made: one at a time, or many in flight.
//! - [`allocations`]: the program that counts them, as a process.
//!
//! The clients run on one thread, with their connections' tasks, so that this thread's processor time is what they cost.

pub mod allocations;
pub mod by_hand;
pub mod client;
pub mod contenders;
pub mod jsonrpsee;
pub mod load;
pub mod ours;
pub mod tarpc;
pub mod tonic;
