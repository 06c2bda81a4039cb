//! What servers share: listeners, the accept loop, graceful stop, permits.

mod connections;
pub(crate) mod jobs;
mod linger;
mod listener;
mod origin;
mod peer;
mod poll_on_wake;
mod presence;
mod stopping;
pub mod systemd;
#[cfg(feature = "tls")]
mod tls;
mod tracker;
#[cfg(unix)]
mod unix_socket;
mod values;

#[cfg(feature = "tls")]
pub use crate::certificates::TlsError;
pub use connections::{BrokenOff, Connections};
pub use jobs::{ConnectionJobs, client_gone, client_is_gone};
pub use linger::{Linger, linger};
pub use listener::{Listener, LocalAddress};
pub use origin::Origin;
pub use peer::Peer;
pub use poll_on_wake::PollOnWake;
pub use stopping::Stopping;
#[cfg(feature = "tls")]
pub use tls::{PeerCertificates, Tls};
pub use values::Values;
