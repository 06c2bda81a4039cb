//! A load generator: HTTP/1.1 on many connections from one thread, made as cheap as possible.
//!
//! The bytes of the request are prepared beforehand. The reply to the first request is parsed and its JSON checked. All
//! later replies must match it: the same length, the same status and the same start of the body. What the generator
//! itself costs is measured as well: see [`Run::own_time`].

mod connection;
mod exchange;
mod run;

pub use exchange::Exchange;
pub use run::{Load, Run};
