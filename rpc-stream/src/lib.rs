//! JSON-RPC 2.0 over TCP, Unix sockets and stdio.

mod framing;
pub use framing::Framing;
