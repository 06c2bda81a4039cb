//! [`Connections`]: where a builder's connections come from.

use std::net::IpAddr;
use std::time::Duration;

use rpc_core::Transport;

use super::error::BuildError;
use super::settings::Settings;

/// Where a [`Builder`](super::Builder)'s connections come from: reqwest, or a pool of hyper's. A function over it sets up
/// either client.
///
/// It is sealed: only the transports of this crate implement it.
///
/// ```
/// # #[cfg(all(feature = "client", feature = "lean"))]
/// # fn run() -> Result<(), rpc_http::BuildError> {
/// use std::time::Duration;
/// use rpc_http::{BuildError, Builder, Connections};
///
/// /// Settings of all clients of the shop.
/// fn shop<C: Connections>(builder: Builder<C>) -> Result<rpc_core::Client<C::Transport>, BuildError> {
///     builder
///         .timeout(Duration::from_secs(5))
///         .header("x-shop", "north")
///         .build("http://shop.example/rpc")
/// }
///
/// let client: rpc_http::Client = shop(rpc_http::Client::builder())?;
/// let lean: rpc_http::lean::Client = shop(rpc_http::lean::Client::builder())?;
/// # Ok(())
/// # }
/// # #[cfg(all(feature = "client", feature = "lean"))]
/// # run().unwrap();
/// ```
pub trait Connections: Sealed + Default {
    /// What carries the calls.
    type Transport: Transport;

    /// How long connecting may take.
    #[doc(hidden)]
    fn connect_timeout(self, timeout: Duration) -> Result<Self, BuildError>;

    /// Connects to this address, and not to those that the host has.
    #[doc(hidden)]
    fn connect_to(self, address: IpAddr) -> Result<Self, BuildError>;

    /// How long an unused connection is kept.
    #[doc(hidden)]
    fn idle_timeout(self, timeout: Duration) -> Result<Self, BuildError>;

    /// How many unused connections are kept.
    #[doc(hidden)]
    fn max_idle(self, connections: usize) -> Result<Self, BuildError>;

    /// How long a connection is used.
    #[doc(hidden)]
    fn max_age(self, age: Duration) -> Result<Self, BuildError>;

    /// Speaks HTTP/2 without asking.
    #[doc(hidden)]
    #[cfg(feature = "http2")]
    fn http2_prior_knowledge(self) -> Result<Self, BuildError>;

    /// Also trusts the authorities in a PEM text.
    #[doc(hidden)]
    #[cfg(feature = "tls")]
    fn root_certificates(self, pem: &[u8]) -> Result<Self, BuildError>;

    /// Trusts the authorities in a PEM text, and no others.
    #[doc(hidden)]
    #[cfg(feature = "tls")]
    fn only_root_certificates(self, pem: &[u8]) -> Result<Self, BuildError>;

    /// Shows a certificate to servers that ask.
    #[doc(hidden)]
    #[cfg(feature = "tls")]
    fn identity(self, pem: &[u8]) -> Result<Self, BuildError>;

    /// A transport to the server at this URL.
    #[doc(hidden)]
    fn build(self, url: &str, settings: Settings) -> Result<Self::Transport, BuildError>;
}

/// Keeps [`Connections`] to this crate.
pub trait Sealed {}
