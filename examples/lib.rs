//! The examples, each showing one idea. Their sources are next to this file:
//!
//! | example | what it shows |
//! | --- | --- |
//! | `quickstart` | a contract, its server and its client, and the messages between them |
//! | `uname_server`, `uname_client` | a service and its client as two programs |
//! | `axum_app` | an endpoint next to ordinary routes, with authentication and shared state |
//! | `errors` | every kind of failure, and how the caller sees it |
//! | `dynamic` | functions registered at run time, and a client without a contract |
//! | `tls` | HTTPS with certificates on both sides |
//! | `prices` | a stream over a WebSocket, and a server that asks its client |
//! | `chat` | a server that calls all of its clients |
//! | `progress` | a long call that reports, and that is given up |
//! | `lsp` | a language server, over stdin and stdout |
//! | `mcp` | a server of the Model Context Protocol, over stdin and stdout |
//! | `zmq` | ZeroMQ, and a client that survives a restart of its server |
//! | `sysinfo` | a machine's status over HTTPS with a password, for curl; in its own package, `examples/sysinfo` |
//!
//! To run one: `cargo run --example quickstart`.

pub mod machine;
