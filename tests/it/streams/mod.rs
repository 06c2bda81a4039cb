//! Streams, calls of the server to its client, and cancellation.

#[cfg(target_os = "linux")]
mod alive;
mod chain;
pub mod checks;
mod client_session;
mod conformance;
mod event_source;
mod event_source_peers;
mod faults;
pub mod feed;
mod in_memory;
pub mod journal;
mod logged;
mod mcp;
mod over_sockets;
mod over_sse;
mod over_stdio;
mod over_websocket;
mod peers;
mod programs;
mod publishing;
mod python_lsp;
mod resuming;
mod session;
mod session_properties;
mod subscriber;
mod subscriber_properties;
mod subscription_peers;
mod subscriptions;
mod subscriptions_over;
mod talk;
mod talks;
mod tokens;
