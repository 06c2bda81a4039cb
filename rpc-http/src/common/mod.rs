//! What the transports of the client share: the [`Builder`], its errors, and how a reply is read and judged. Each
//! transport adds how it connects ([`Connections`]), and how it exchanges a request for a response.

mod batching;
mod builder;
mod config;
mod log;
mod origin;
mod refusal;
mod reply;
mod settings;
mod status;

pub(crate) use batching::MaybeBatched;
pub(crate) use builder::Sealed;
#[cfg(feature = "lean")]
pub(crate) use builder::basic;
#[cfg(feature = "tls")]
pub(crate) use builder::some_certificates;
pub use builder::{BuildError, Builder, Connections};
pub use config::{Config, ConfigError, Ids};
pub(crate) use log::{Logged, shown_url};
pub use refusal::refuses_batch;
pub(crate) use reply::{Pieces, ReplyHead};
pub(crate) use settings::Settings;
pub use status::StatusError;

/// What the cause of a failure is boxed in.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How long a connection without a call is kept, unless [`Builder::idle_timeout`] says otherwise.
pub(crate) const IDLE_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(50);
