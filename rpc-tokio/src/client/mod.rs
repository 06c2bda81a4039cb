//! What clients share: one connection for many calls, the table of pending calls, back-off, batching, timeouts.

mod backoff;
mod batching;
mod channel;
mod driver;
mod pending;
mod timeout;

pub use backoff::Backoff;
pub use batching::MaybeBatched;
pub use channel::{Channel, ChannelSettings};
pub use driver::{ChannelError, Ended, Outgoing, Protocol, Request};
pub use pending::{PendingCall, PendingCalls};
pub use timeout::within;
