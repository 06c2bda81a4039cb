//! JSON-RPC 2.0 over NATS.

// Code that server and client share is compiled for each, even without the other.
#![cfg_attr(not(all(feature = "client", feature = "server")), allow(dead_code))]

#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "server"))]
mod deadline;
#[cfg(any(feature = "client", feature = "server"))]
mod defaults;
#[cfg(any(feature = "client", feature = "server"))]
mod headers;
#[cfg(feature = "server")]
pub mod server;
mod subject;

pub use async_nats;
#[cfg(feature = "client")]
pub use client::{AddressError, Builder, Client, Nats, NatsError, client};
#[cfg(feature = "server")]
pub use server::{Serve, ServeError, serve};
pub use subject::InvalidSubject;
