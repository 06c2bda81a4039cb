//! [`Endpoints`]: the servers that a client can choose from.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::{Client, Connect, Transport};
use crate::limits::{EJECTED_AFTER, EJECTION, LONGEST_EJECTION};

/// The servers that a client can choose from. They offer the same services.
///
/// For each attempt, two of them are picked at random, and the one with fewer calls under way gets it. A server that has not been
/// tried for the call yet goes before those that have.
///
/// A server that fails [five times](crate::limits::EJECTED_AFTER) in a row gets no calls for about a second. If it fails again after
/// that, the time doubles, up to 30 s. What counts is a failure after which another attempt may succeed: no connection, a lost one, a
/// timeout, a server that is busy. If all servers have been left out, all are used again: a bad chance is better than none.
pub struct Endpoints<T> {
    all: Arc<[Endpoint<T>]>,
}

impl<T> Endpoints<T> {
    /// These servers, by clients of them. At least one.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn of(clients: impl IntoIterator<Item = Client<T>>) -> Self {
        let all: Arc<[_]> = clients.into_iter().map(Endpoint::new).collect();
        assert!(!all.is_empty(), "a client needs at least one server");
        Endpoints { all }
    }

    pub(super) fn get(&self, index: usize) -> &Endpoint<T> {
        &self.all[index]
    }

    pub(super) fn first(&self) -> &Endpoint<T> {
        &self.all[0]
    }

    /// Whether a server is left that has not been tried, and that is not left out now.
    pub(super) fn has_other(&self, tried: &[usize], now: Instant) -> bool {
        self.open(now).any(|index| !tried.contains(&index))
    }

    fn open(&self, now: Instant) -> impl Iterator<Item = usize> + '_ {
        let all = self.all.iter().enumerate();
        let open = all.filter(move |(_, endpoint)| !endpoint.is_left_out(now));
        open.map(|(index, _)| index)
    }

    /// The server for an attempt, after attempts with these.
    pub(super) fn pick(&self, tried: &[usize], now: Instant) -> usize {
        let open: Vec<usize> = self.open(now).collect();
        let untried = |index: &usize| !tried.contains(index);
        let any: Vec<usize> = match open.iter().any(untried) {
            true => open.into_iter().filter(untried).collect(),
            false if open.is_empty() => (0..self.all.len()).collect(),
            false => open,
        };
        let one = fastrand::usize(..any.len());
        // Another one, if there is one.
        let other = (one + fastrand::usize(1..any.len().max(2))) % any.len();
        let (one, other) = (any[one], any[other]);
        match self.get(other).calls() < self.get(one).calls() {
            true => other,
            false => one,
        }
    }
}

impl<T: Connect> Endpoints<T> {
    /// The servers at these addresses, with the transport's default settings. [`of`](Self::of) takes clients with other ones.
    ///
    /// # Errors
    ///
    /// The first address that is not one.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn new<A: AsRef<str>>(addresses: impl IntoIterator<Item = A>) -> Result<Self, T::Error> {
        let clients: Result<Vec<_>, _> = addresses
            .into_iter()
            .map(|address| T::connect(address.as_ref()))
            .collect();
        Ok(Endpoints::of(clients?))
    }
}

/// One server.
impl<T> From<Client<T>> for Endpoints<T> {
    fn from(client: Client<T>) -> Self {
        Endpoints::of([client])
    }
}

/// A clone shares what is known of the servers.
impl<T> Clone for Endpoints<T> {
    fn clone(&self) -> Self {
        Endpoints {
            all: Arc::clone(&self.all),
        }
    }
}

impl<T: Transport> fmt::Debug for Endpoints<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self
            .all
            .iter()
            .map(|endpoint| endpoint.client.transport().destination());
        f.debug_list().entries(named).finish()
    }
}

/// A server, and what is known of it.
pub(super) struct Endpoint<T> {
    client: Client<T>,
    calls: AtomicUsize,
    health: Mutex<Health>,
}

#[derive(Default)]
struct Health {
    /// How often it has failed since it last answered.
    failures: u32,
    /// How often it has been left out since then.
    ejections: u32,
    left_out_until: Option<Instant>,
}

impl<T> Endpoint<T> {
    fn new(client: Client<T>) -> Self {
        Endpoint {
            client,
            calls: AtomicUsize::new(0),
            health: Mutex::default(),
        }
    }

    pub(super) fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Counts a call until the result is dropped.
    pub(super) fn begin(&self) -> UnderWay<'_> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.calls)
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn is_left_out(&self, now: Instant) -> bool {
        self.health()
            .left_out_until
            .is_some_and(|until| now < until)
    }

    pub(super) fn has_answered(&self) {
        *self.health() = Health::default();
    }

    pub(super) fn has_failed(&self, now: Instant) {
        let mut health = self.health();
        health.failures = health.failures.saturating_add(1);
        if health.failures >= EJECTED_AFTER {
            health.left_out_until = now.checked_add(ejection(health.ejections));
            health.ejections = health.ejections.saturating_add(1);
            // It has one chance after that.
            health.failures = EJECTED_AFTER - 1;
        }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        // Nothing under the lock panics half-way.
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a server is left out that has been left out so often before. A random part is taken off, so that not all clients come
/// back at once.
fn ejection(before: u32) -> Duration {
    let doubled = EJECTION.saturating_mul(1 << before.min(16));
    doubled
        .min(LONGEST_EJECTION)
        .mul_f64(0.75 + fastrand::f64() / 4.0)
}

/// A call that is under way.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
