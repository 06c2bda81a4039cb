//! What clients share: one connection for many calls, and one over which both ends talk, the table of pending calls, back-off,
//! batching, timeouts, names with several addresses, TLS.

#[cfg(feature = "tls")]
mod any_certificate;
mod backoff;
mod batching;
mod channel;
mod dial;
mod driver;
mod keeper;
mod link;
mod outgoing;
mod pending;
mod protocol;
mod resolving;
mod shared;
mod timeout;
#[cfg(feature = "tls")]
mod tls;

#[cfg(feature = "tls")]
pub use crate::certificates::TlsError;
pub use backoff::Backoff;
pub use batching::MaybeBatched;
pub use channel::Channel;
pub use dial::{Dial, LinkSettings};
pub use link::Link;
pub use outgoing::{Outgoing, Request};
pub use pending::{PendingCall, PendingCalls};
pub use protocol::{ChannelError, Ended, Protocol};
pub use resolving::{keep_current, lookup};
pub use shared::ChannelSettings;
pub use timeout::{asleep, now, within};
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsBuilder};
#[cfg(feature = "tls")]
pub use tokio_rustls::client::TlsStream;
