//! Clients side by side: each makes the same calls to servers in other processes.
//!
//! - [`client`]: the interface that clients are measured through, and the proof that a client works. Each framework has
//!   a module: [`ours`], [`jsonrpsee`], [`by_hand`], [`tarpc`], [`tonic`].
//! - [`contenders`]: all of them, connected.
//! - [`load`]: makes the calls, one at a time or many in flight.
//! - [`allocations`]: runs the program that counts allocations.
//!
//! The clients and their connections' tasks run on one thread, so that this thread's processor time is what they cost.

pub mod allocations;
pub mod by_hand;
pub mod client;
pub mod contenders;
pub mod jsonrpsee;
pub mod load;
pub mod ours;
pub mod tarpc;
pub mod tonic;
