//! Streams and WebSockets, compared with other frameworks and with the libraries beneath.
//!
//! - [`servers`]: the servers, all in one program.
//! - [`readers`]: read what they send, one for each protocol.
//! - [`contender`]: a running server with its reader.
//! - [`flood`]: one connection, as many items as it carries.
//! - [`subscribers`]: one source, a thousand connections.
//! - [`calls`]: small calls over a WebSocket.
//! - [`counted`]: allocations per item, and memory per idle connection.

pub mod calls;
pub mod contender;
pub mod counted;
pub mod flood;
pub mod readers;
pub mod servers;
pub mod subscribers;
