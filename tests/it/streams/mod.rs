//! Streams, calls of the server to its client, and cancellation.

mod checks;
mod faults;
mod feed;
mod in_memory;
mod over_sockets;
mod over_sse;
mod over_stdio;
mod over_websocket;
mod peers;
mod publishing;
mod session;
mod session_properties;
mod talk;
mod talks;
