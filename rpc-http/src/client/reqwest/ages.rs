//! [`Ages`]: renews reqwest's connections, since reqwest has no setting for that.
//!
//! reqwest can't be told to close a connection, but a request can: with `connection: close`, its connection ends with the
//! reply. Which connection a request will take is not known. But a reply tells its connection, by the local address, and the
//! connection that was used last is used next. So when a reply has come on an old connection, the next request asks for the end
//! of its own. If that was another connection, the old one is noticed again.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderValue, Version, header};
use hyper_util::client::legacy::connect::HttpInfo;
use rpc_tokio::varied;

/// When the connections of a client should end.
#[derive(Debug)]
pub(super) struct Ages {
    max_age: Duration,
    ends: Mutex<Ends>,
    /// A connection is older than it should be.
    is_overdue: AtomicBool,
}

#[derive(Debug, Default)]
struct Ends {
    /// By the local address, with the port first: it nearly always tells two connections apart. That costs a call less than
    /// hashing. `None`: never.
    by_address: BTreeMap<(u16, IpAddr), Option<Instant>>,
    /// When there are this many, those whose time is over are forgotten: they have probably been closed.
    limit: usize,
}

/// How many connections are remembered before any is forgotten.
const REMEMBERED: usize = 64;

impl Ages {
    pub(super) fn new(max_age: Duration) -> Self {
        Ages {
            max_age,
            ends: Mutex::default(),
            is_overdue: AtomicBool::new(false),
        }
    }

    /// Has a request end its connection if there is one that should end. Returns whether it does.
    pub(super) fn prepare(&self, request: &mut reqwest::Request) -> bool {
        let ends = self.is_overdue.load(Ordering::Relaxed)
            && self.is_overdue.swap(false, Ordering::Relaxed);
        if ends {
            let close = HeaderValue::from_static("close");
            request.headers_mut().insert(header::CONNECTION, close);
        }
        ends
    }

    /// Notes which connection a response came on. `ends`: the request has asked for its end.
    pub(super) fn note(&self, response: &reqwest::Response, ends: bool) {
        // A connection of HTTP/2 can't be ended this way.
        let is_version_1 = response.version() < Version::HTTP_2;
        if let Some(info) = response
            .extensions()
            .get::<HttpInfo>()
            .filter(|_| is_version_1)
        {
            self.used(info.local_addr(), ends);
        }
    }

    fn used(&self, address: SocketAddr, ends: bool) {
        let now = Instant::now();
        let address = (address.port(), address.ip());
        let mut all = self.lock();
        if ends {
            all.by_address.remove(&address);
            return;
        }
        if all.by_address.len() >= all.limit {
            all.forget_old(now);
        }
        let end = all.by_address.entry(address);
        let end = end.or_insert_with(|| now.checked_add(varied(self.max_age)));
        if end.is_some_and(|end| end <= now) {
            self.is_overdue.store(true, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ends> {
        // Nothing under the lock panics half-way.
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ends {
    fn forget_old(&mut self, now: Instant) {
        self.by_address
            .retain(|_, end| end.is_none_or(|end| end > now));
        self.limit = (self.by_address.len() * 2).max(REMEMBERED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_forgotten() {
        let ages = Ages::new(Duration::ZERO);
        for port in 0..10_000 {
            ages.used(SocketAddr::from(([127, 0, 0, 1], port)), false);
        }
        assert!(ages.lock().by_address.len() <= REMEMBERED);
        assert!(ages.is_overdue.load(Ordering::Relaxed));
    }
}
