//! The examples stand beside this file, each of one idea:
//!
//! | example | what it shows |
//! | --- | --- |
//! | `quickstart` | a contract, its server and its client, and the messages that go both ways |
//! | `uname_server`, `uname_client` | a service and its client as two programs |
//! | `axum_app` | an endpoint beside ordinary routes, with authentication and state |
//! | `errors` | each kind of failure, and what the caller makes of it |
//! | `dynamic` | functions that are registered at run time |
//! | `tls` | HTTPS, with certificates on both sides |
//! | `sysinfo` | how the machine is doing, over HTTPS with a password, for curl; in a package of its own |
//!
//! Run one with `cargo run --example quickstart`.

pub mod machine;
