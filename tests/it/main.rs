//! One binary for all integration tests: it links once.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests")]

mod allocations;
mod batching;
mod blocking;
mod cli;
mod client;
mod client_batch;
mod client_futures;
mod context;
mod defaults;
mod dispatcher;
mod docs;
mod envelope;
mod errors;
mod evolution;
mod examples;
mod failures;
mod flatten;
mod http;
mod ids;
mod introspection;
mod large;
mod layers;
#[cfg(unix)]
mod lines_transport;
mod log;
mod macros;
mod memory;
mod message_log;
mod middleware;
mod peers;
mod properties;
mod replies;
mod scripted;
mod server;
mod shop;
mod sysinfo;
mod types;
mod ui;
mod version_1;
mod wire;
mod zmq;
