//! A load generator: HTTP/1.1 on many connections from one thread, as cheap as it can be made.
//!
//! Requests are bytes that were made before. The reply to the first one is read with care, and its JSON looked at; all
//! others have to be like it: as long, and the same where status and body begin. What this costs is
//! measured, too: see [`Run::own_time`].

mod connection;
mod exchange;
mod run;

pub use exchange::Exchange;
pub use run::{Load, Run};
