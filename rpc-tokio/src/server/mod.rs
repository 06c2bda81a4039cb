//! What servers share: listeners, the accept loop, graceful stop, permits.

mod connections;
pub(crate) mod jobs;
mod linger;
mod listener;
mod peer;
mod poll_on_wake;
pub mod systemd;
#[cfg(feature = "tls")]
mod tls;
mod tracker;
#[cfg(unix)]
mod unix_socket;

pub use connections::{BrokenOff, Connections, Stopping};
pub use jobs::count_jobs;
pub use linger::{Linger, linger};
pub use listener::{Listener, LocalAddress};
pub use peer::Peer;
pub use poll_on_wake::PollOnWake;
#[cfg(feature = "tls")]
pub use tls::{PeerCertificates, Tls, TlsError};
