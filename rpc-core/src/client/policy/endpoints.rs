//! [`Endpoints`]: the servers that a client can choose from.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::super::doubled::doubled;
use super::super::{Client, Connect, Transport};
use crate::limits::{EJECTED_AFTER, EJECTION, LONGEST_EJECTION};

/// The servers that a client can choose from. They offer the same services.
///
/// For each attempt, two of them are picked at random, and the one with fewer calls under way gets it. A server that has not been
/// tried for the call yet goes before those that have.
///
/// A server that fails [five times](crate::limits::EJECTED_AFTER) in a row gets no calls for about a second. After that it gets one
/// at a time, until it answers. If it fails again, the time doubles, up to 30 s. A server fails if it can't be reached, loses the
/// connection, does not reply within a second or more, sends something that is not JSON-RPC, is busy, or shuts down. A server that
/// asks for a rest (`Retry-After`) gets it. If every server is left out, all are used again.
///
/// The list can be [replaced](Self::replace) while clients use it. `rpc_http::resolve` keeps one that follows the addresses of a name.
///
/// Only the transports of the clients are used: ids and tolerance are settings of the client over the policy. A policy reads replies of
/// JSON-RPC 2.0 only, so for old servers each client is [one of 1.0](Client::version_1).
pub struct Endpoints<T> {
    current: Arc<RwLock<Servers<T>>>,
}

impl<T: Transport> Endpoints<T> {
    /// These servers, by clients of them. At least one.
    ///
    /// # Panics
    ///
    /// If the list is empty.
    #[track_caller]
    pub fn of(clients: impl IntoIterator<Item = Client<T>>) -> Self {
        let servers = Servers::of(clients.into_iter().collect(), &[]);
        assert!(!servers.is_empty(), "a client needs at least one server");
        Endpoints {
            current: Arc::new(RwLock::new(servers)),
        }
    }

    /// Takes these servers instead, for calls from now on, also in clients that have been made over this. Calls under way go on.
    /// A client that is a clone of one that was in the list before keeps its connections and what is known of its server. An empty
    /// list changes nothing, since a list of servers that could not be read is more likely than a service without any.
    ///
    /// ```
    /// # use rpc_core::{Dispatcher, Endpoints, Policy, memory};
    /// # let [north, south, west] = [(); 3].map(|()| memory::connect(Dispatcher::new()));
    /// let servers = Endpoints::of([north.clone(), south]);
    /// let client = Policy::new().over(servers.clone());
    /// // South is gone, and west is new.
    /// servers.replace([north, west]);
    /// # drop(client);
    /// ```
    pub fn replace(&self, clients: impl IntoIterator<Item = Client<T>>) {
        // Before the lock is taken, since it runs the caller's code.
        let clients = clients.into_iter().collect();
        // Nothing under the lock panics half-way.
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let servers = Servers::of(clients, &current.0);
        if !servers.is_empty() {
            *current = servers;
        }
    }

    /// Whether all servers are left out now, since none of them works. Then it is time to ask again which servers there are.
    pub fn are_all_left_out(&self) -> bool {
        let servers = self.servers();
        let now = servers.first().now();
        servers.count(|_, endpoint| endpoint.is_open(now)) == 0
    }

    /// Whether anybody else uses these servers: a client, or another clone of this. A task that keeps the list current ends if not.
    pub fn is_used(&self) -> bool {
        Arc::strong_count(&self.current) > 1
    }

    /// The servers as they are now. A call keeps them until it has its answer.
    pub(super) fn servers(&self) -> Servers<T> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }
}

/// The servers at one moment.
pub(super) struct Servers<T>(Arc<[Arc<Endpoint<T>>]>);

impl<T> Clone for Servers<T> {
    fn clone(&self) -> Self {
        Servers(Arc::clone(&self.0))
    }
}

impl<T: Transport> Servers<T> {
    /// The servers of these clients. Those that are known keep what is known of them.
    fn of(clients: Vec<Client<T>>, known: &[Arc<Endpoint<T>>]) -> Self {
        let endpoints = clients.into_iter().map(|client| {
            let known = known.iter().find(|known| known.client.shares(&client));
            known.map_or_else(|| Arc::new(Endpoint::new(client)), Arc::clone)
        });
        Servers(endpoints.collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, index: usize) -> &Arc<Endpoint<T>> {
        &self.0[index]
    }

    /// A transport to the first of them, which answers for all.
    pub(super) fn first(&self) -> &T {
        self.0[0].client.transport()
    }

    pub(super) fn all(&self) -> &[Arc<Endpoint<T>>] {
        &self.0
    }

    /// Whether a server is left that has not been tried, and that is not left out now.
    pub(super) fn has_other(&self, tried: &Tried, now: Instant) -> bool {
        self.0.len() > 1
            && self.count(|index, endpoint| !tried.contains(index) && endpoint.is_open(now)) > 0
    }

    fn count(&self, is_wanted: impl Fn(usize, &Endpoint<T>) -> bool) -> usize {
        let all = self.0.iter().enumerate();
        all.filter(|(index, endpoint)| is_wanted(*index, endpoint))
            .count()
    }

    /// The server for an attempt, after attempts with these.
    pub(super) fn pick(&self, tried: &Tried, now: Instant) -> usize {
        if self.0.len() == 1 {
            return 0;
        }
        let untried =
            |index: usize, endpoint: &Endpoint<T>| !tried.contains(index) && endpoint.is_open(now);
        let open = |_: usize, endpoint: &Endpoint<T>| endpoint.is_open(now);
        self.pick_where(untried)
            .or_else(|| self.pick_where(open))
            .or_else(|| self.pick_where(|index, _| !tried.contains(index)))
            .or_else(|| self.pick_where(|_, _| true))
            .unwrap_or_default()
    }

    /// Of two servers at random, the one with fewer calls.
    fn pick_where(&self, is_wanted: impl Fn(usize, &Endpoint<T>) -> bool) -> Option<usize> {
        let count = self.count(&is_wanted);
        if count == 0 {
            return None;
        }
        let one = fastrand::usize(..count);
        // Another one, if there is one.
        let other = (one + fastrand::usize(1..count.max(2))) % count;
        let nth = |number: usize| {
            let all = self.0.iter().enumerate();
            let mut wanted = all.filter(|(index, endpoint)| is_wanted(*index, endpoint));
            wanted.nth(number).map(|(index, _)| index)
        };
        // What is known of a server may have changed in the meantime.
        let (one, other) = (nth(one)?, nth(other)?);
        Some(match self.get(other).calls() < self.get(one).calls() {
            true => other,
            false => one,
        })
    }
}

/// The servers that were tried for a call: the first 64 of them are told apart.
#[derive(Debug, Default)]
pub(super) struct Tried(u64);

impl Tried {
    pub(super) fn add(&mut self, index: usize) {
        self.0 |= Tried::bit(index);
    }

    fn contains(&self, index: usize) -> bool {
        self.0 & Tried::bit(index) != 0
    }

    fn bit(index: usize) -> u64 {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        1u64.checked_shl(index).unwrap_or(0)
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
    /// If the list is empty.
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
impl<T: Transport> From<Client<T>> for Endpoints<T> {
    fn from(client: Client<T>) -> Self {
        Endpoints::of([client])
    }
}

/// A clone shares what is known of the servers.
impl<T> Clone for Endpoints<T> {
    fn clone(&self) -> Self {
        Endpoints {
            current: Arc::clone(&self.current),
        }
    }
}

impl<T: Transport> fmt::Debug for Endpoints<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers = self.servers();
        let all = servers.all().iter();
        let named = all.map(|endpoint| endpoint.client.transport().destination());
        f.debug_list().entries(named).finish()
    }
}

/// A server, and what is known of it.
pub(super) struct Endpoint<T> {
    client: Client<T>,
    calls: AtomicUsize,
    /// Whether there is anything in `health`, so that a server that is well costs no lock.
    is_troubled: AtomicBool,
    health: Mutex<Health>,
}

#[derive(Default)]
struct Health {
    /// How often it has failed since it last answered.
    failures: u32,
    /// How often it has been left out since then.
    ejections: u32,
    left_out_since: Option<Instant>,
    left_out_until: Option<Instant>,
    /// The server has asked for a rest.
    rests_until: Option<Instant>,
}

impl<T: Transport> Endpoint<T> {
    fn new(client: Client<T>) -> Self {
        Endpoint {
            client,
            calls: AtomicUsize::new(0),
            is_troubled: AtomicBool::new(false),
            health: Mutex::default(),
        }
    }

    pub(super) fn transport(&self) -> &T {
        self.client.transport()
    }

    /// Counts a call until the result is dropped.
    pub(super) fn begin(&self) -> UnderWay<&Self> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    /// The same, for a stream, which outlives its call.
    pub(super) fn begin_stream(self: &Arc<Self>) -> UnderWay<Arc<Self>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(self))
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Whether it gets calls. After it has been left out, it gets one at a time until it answers.
    fn is_open(&self, now: Instant) -> bool {
        if !self.is_troubled.load(Ordering::Relaxed) {
            return true;
        }
        let mut health = self.health();
        health.rests_until.take_if(|until| *until <= now);
        let is_back = health.left_out_until.is_none_or(|until| until <= now);
        let is_on_trial = health.ejections > 0 && self.calls() > 0;
        is_back && health.rests_until.is_none() && !is_on_trial
    }

    pub(super) fn has_answered(&self) {
        if !self.is_troubled.load(Ordering::Relaxed) {
            return;
        }
        let mut health = self.health();
        *health = Health {
            rests_until: health.rests_until,
            ..Health::default()
        };
        // Under the lock, as everything that changes it.
        let is_troubled = health.rests_until.is_some();
        self.is_troubled.store(is_troubled, Ordering::Relaxed);
    }

    /// An attempt that began at this time has failed.
    pub(super) fn has_failed(&self, begun: Instant, now: Instant) {
        let mut health = self.health();
        if health.left_out_since.is_some_and(|since| begun <= since) {
            return; // it belongs to the failures that are known
        }
        self.is_troubled.store(true, Ordering::Relaxed);
        health.failures = health.failures.saturating_add(1);
        if health.failures >= EJECTED_AFTER {
            health.left_out_since = Some(now);
            health.left_out_until = now.checked_add(ejection(health.ejections));
            health.ejections = health.ejections.saturating_add(1);
            // It has one chance after that.
            health.failures = EJECTED_AFTER - 1;
        }
    }

    /// The server asks for a rest.
    pub(super) fn rests(&self, rest: Duration, now: Instant) {
        let mut health = self.health();
        health.rests_until = now.checked_add(rest);
        self.is_troubled.store(true, Ordering::Relaxed);
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        // Nothing under the lock panics half-way.
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a server is left out after so many earlier times. A random part is taken off, so that not all clients come back at
/// once.
fn ejection(before: u32) -> Duration {
    let longest = doubled(EJECTION, before, LONGEST_EJECTION);
    longest.mul_f64(0.75 + fastrand::f64() / 4.0)
}

/// A call that is under way.
pub(super) struct UnderWay<E: Counts>(E);

impl<E: Counts> Drop for UnderWay<E> {
    fn drop(&mut self) {
        self.0.counter().fetch_sub(1, Ordering::Relaxed);
    }
}

/// A server whose calls are counted.
pub(super) trait Counts {
    fn counter(&self) -> &AtomicUsize;
}

impl<T> Counts for &Endpoint<T> {
    fn counter(&self) -> &AtomicUsize {
        &self.calls
    }
}

impl<T> Counts for Arc<Endpoint<T>> {
    fn counter(&self) -> &AtomicUsize {
        &self.calls
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::BoxTransport;
    use crate::dispatcher::Dispatcher;

    fn endpoint() -> Endpoint<BoxTransport> {
        Endpoint::new(crate::memory::connect(Dispatcher::new()).boxed())
    }

    /// What was under way when a server died counts once.
    #[test]
    fn one_outage_is_one_ejection() {
        let endpoint = endpoint();
        let begun = Instant::now();
        let now = begun + Duration::from_millis(1);
        for _ in 0..100 {
            endpoint.has_failed(begun, now);
        }
        assert!(!endpoint.is_open(now));
        assert!(endpoint.is_open(now + EJECTION));
        // It fails again.
        let later = now + EJECTION;
        endpoint.has_failed(later, later);
        assert!(!endpoint.is_open(later + EJECTION));
        assert!(endpoint.is_open(later + 2 * EJECTION));
        endpoint.has_answered();
        assert!(endpoint.is_open(later));
    }

    #[test]
    fn a_server_on_trial_gets_one_call_at_a_time() {
        let endpoint = Arc::new(endpoint());
        let now = Instant::now();
        for _ in 0..EJECTED_AFTER {
            endpoint.has_failed(now, now);
        }
        let later = now + EJECTION;
        assert!(endpoint.is_open(later));
        let call = endpoint.begin();
        assert!(!endpoint.is_open(later));
        drop(call);
        assert!(endpoint.is_open(later));
    }

    #[test]
    fn a_server_that_asks_for_a_rest_gets_it() {
        let endpoint = endpoint();
        let now = Instant::now();
        endpoint.rests(Duration::from_secs(10), now);
        endpoint.has_answered();
        assert!(!endpoint.is_open(now + Duration::from_secs(9)));
        assert!(endpoint.is_open(now + Duration::from_secs(10)));
    }
}
