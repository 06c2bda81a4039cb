//! Streams, calls of the server to its client, and cancellation.

mod checks;
mod event_source;
mod event_source_peers;
mod feed;
mod in_memory;
mod journal;
mod over_sockets;
mod over_sse;
mod over_stdio;
mod over_websocket;
mod peers;
mod resuming;
mod session;
mod session_properties;
mod tokens;
