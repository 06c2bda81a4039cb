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
//! | `zmq` | ZeroMQ, and a client that survives a restart of its server |
//! | `sysinfo` | a machine's status over HTTPS with a password, for curl; in its own package, `examples/sysinfo` |
//!
//! To run one: `cargo run --example quickstart`.

pub mod machine;
