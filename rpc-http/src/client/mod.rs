//! The client on reqwest, and what both clients share: the [`Builder`], its [`Config`] and its errors.
//!
//! [`lean`] is the other client.
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # mod example {
//! use std::time::Duration;
//! use rpc_http::Client;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("https://shop.example/rpc")?;
//!
//! let client = Client::builder()
//!     .timeout(Duration::from_secs(5))
//!     .bearer_auth("a token")
//!     .header("x-shop", "north")
//!     .build("https://shop.example/rpc")?;
//! # Ok(())
//! # }
//! # }
//! ```

// From the bottom up: a module imports those above it here.
mod defaults;
mod refusal;

mod settings;

mod log;
#[cfg(feature = "tls")]
mod refused_certificate;
mod reply_too_large;
mod retry_after;
mod status_error;
mod verdict;

mod reply;

#[cfg(any(feature = "client", feature = "http2"))]
mod tracked;
#[cfg(feature = "http2")]
mod unprocessed;

mod sse;

mod event_stream;

mod config;

mod error;

mod authorization;
#[cfg(all(feature = "client", feature = "tls"))]
mod certificates;
mod connections;

mod builder;

mod configure;

mod resolve;

#[cfg(feature = "lean")]
pub mod lean;
#[cfg(feature = "client")]
mod reqwest;
#[cfg(feature = "ws")]
pub mod ws;

pub use self::builder::Builder;
pub use self::config::{Config, ConfigError, Ids};
pub use self::connections::Connections;
pub use self::error::BuildError;
pub use self::refusal::refuses_batch;
pub use self::reply_too_large::ReplyTooLarge;
#[cfg(feature = "client")]
pub use self::reqwest::{Client, ClientBuilder, Endpoints, Http};
pub use self::resolve::{Resolve, ResolveError, resolve};
pub use self::status_error::StatusError;
