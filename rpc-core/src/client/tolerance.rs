//! [`Tolerance`]: a client that forgives what is wrong with a reply, and logs it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use bytes::Bytes;

use crate::error::Destination;
use crate::wire::tolerant::{Asked, Faults, forgive};

/// What a tolerant client knows of its server: see [`Client::tolerant`](super::Client::tolerant).
#[derive(Clone, Default)]
pub(super) struct Tolerance(Arc<Known>);

#[derive(Default)]
struct Known {
    /// The faults that the log has a warning of. It has each once.
    warned: AtomicU16,
}

/// A reply as it should have been.
pub(super) struct Forgiven {
    pub(super) reply: Bytes,
    faults: Faults,
}

impl fmt::Debug for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tolerance")
    }
}

impl Tolerance {
    /// A reply with faults as it should have been. `None` if there is nothing that can be forgiven.
    pub(super) fn forgive(reply: &[u8], asked: Asked) -> Option<Forgiven> {
        let (reply, faults) = forgive(reply, asked)?;
        let reply = Bytes::from(reply);
        Some(Forgiven { reply, faults })
    }

    /// Logs what was forgiven: each kind of fault as a warning the first time, and then at level `DEBUG`.
    pub(super) fn log(&self, forgiven: &Forgiven, server: Option<Destination>) {
        let bits = forgiven.faults.bits();
        let is_known = bits & !self.0.warned.fetch_or(bits, Ordering::Relaxed) == 0;
        let server = server.map(tracing::field::display);
        let faults = &forgiven.faults;
        match is_known {
            true => tracing::debug!(%faults, server, "forgave a reply"),
            false => tracing::warn!(%faults, server, "forgave a reply"),
        }
    }
}
