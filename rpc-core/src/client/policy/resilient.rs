//! [`Resilient`]: the transport that carries a policy out.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};

use super::super::{Transport, TransportFailure, TransportRequest, TransportStream};
use super::Policy;
use super::attempt::{Failed, Health, failure_of_send};
use super::attempts::{Attempts, note};
use super::endpoints::Endpoints;
use super::hedge::Latencies;
use super::unclear::{Sent, later_of, may_have_run, opened_that_may_have_run, passes};
use crate::error::Destination;
use crate::runtime::BoxFuture;

/// An error names no more servers than this.
const NAMED: usize = 3;

/// The transport of a client with a [`Policy`]. A clone shares what is known of the servers.
pub struct Resilient<T> {
    policy: Arc<Policy>,
    endpoints: Endpoints<T>,
    latencies: Option<Arc<Latencies>>,
    /// Whether the transport has a clock, once that is known.
    has_clock: OnceLock<bool>,
}

impl<T> Clone for Resilient<T> {
    fn clone(&self) -> Self {
        Resilient {
            policy: Arc::clone(&self.policy),
            endpoints: self.endpoints.clone(),
            latencies: self.latencies.clone(),
            has_clock: self.has_clock.clone(),
        }
    }
}

impl<T: Transport> fmt::Debug for Resilient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resilient")
            .field("policy", &self.policy)
            .field("endpoints", &self.endpoints)
            .finish()
    }
}

impl<T: Transport> Resilient<T> {
    pub(super) fn new(policy: Policy, endpoints: Endpoints<T>) -> Self {
        Resilient {
            latencies: policy.hedging.map(Latencies::new).map(Arc::new),
            policy: Arc::new(policy),
            endpoints,
            has_clock: OnceLock::new(),
        }
    }

    fn begin(&self, message: &TransportRequest) -> Attempts<'_, T> {
        let servers = self.endpoints.servers();
        let asks = || servers.first().sleep(Duration::ZERO).is_some();
        let has_clock = *self.has_clock.get_or_init(asks);
        Attempts::begin(&self.policy, servers, has_clock, message)
    }

    /// Goes on after the first attempt, until one does not fail or no other may be made.
    async fn go_on(
        &self,
        mut attempts: Attempts<'_, T>,
        message: TransportRequest,
        (mut sent, mut failed): (Sent, Option<Failed>),
    ) -> Sent {
        while let Some(failure) = failed {
            let had_run = attempts.may_have_run;
            if !attempts.may_go_on(&message, &failure).await {
                return match had_run {
                    true => may_have_run(sent),
                    false => sent,
                };
            }
            (sent, failed) = self.attempt(&mut attempts, &message).await;
        }
        sent
    }

    /// Sends a message, and a second time if that takes long.
    async fn attempt(
        &self,
        attempts: &mut Attempts<'_, T>,
        message: &TransportRequest,
    ) -> (Sent, Option<Failed>) {
        let begun = attempts.now;
        let Some(latencies) = &self.latencies else {
            let mut copy = message.clone();
            let server = attempts.prepare(&mut copy);
            return Attempts::send_once(&attempts.servers, server, begun, copy, message).await;
        };
        let outcome = self.hedged(attempts, message, latencies).await;
        let failed = outcome.1.as_ref();
        if failed.is_none_or(|failed| failed.server == Health::Well) {
            let now = attempts.servers.first().now();
            latencies.note(now.saturating_duration_since(begun));
        }
        outcome
    }

    async fn hedged(
        &self,
        attempts: &mut Attempts<'_, T>,
        message: &TransportRequest,
        latencies: &Latencies,
    ) -> (Sent, Option<Failed>) {
        let servers = attempts.servers.clone();
        let begun = attempts.now;
        let mut copy = message.clone();
        let first_server = attempts.prepare(&mut copy);
        let first = Attempts::send_once(&servers, first_server, begun, copy, message);
        let first = pin!(first);
        let Some(asleep) = self.until_slow(attempts, message, latencies) else {
            return first.await;
        };
        let first = match select(first, asleep).await {
            Either::Left((outcome, _)) => return outcome,
            Either::Right(((), first)) => first,
        };
        attempts.look_at_clock();
        if !self.policy.budget.take(attempts.now) {
            return first.await;
        }
        let mut copy = message.clone();
        let server = attempts.prepare(&mut copy);
        let second = Attempts::send_once(&servers, server, attempts.now, copy, message);
        let second = pin!(second);
        // An answer counts, also one that says no. Only after a failure that passes, the other one is waited for.
        match select(first, second).await {
            Either::Left((outcome, second)) if passes(&outcome) => later_of(outcome, second.await),
            Either::Right((outcome, first)) if passes(&outcome) => later_of(outcome, first.await),
            Either::Left((outcome, _)) => outcome,
            Either::Right((outcome, _)) => {
                // The first server was overtaken although it began earlier.
                let now = servers.first().now();
                servers.get(first_server).has_failed(begun, now);
                outcome
            }
        }
    }

    /// Completes when a call has taken unusually long. `None` if it is not sent a second time then.
    fn until_slow(
        &self,
        attempts: &Attempts<'_, T>,
        message: &TransportRequest,
        latencies: &Latencies,
    ) -> Option<BoxFuture<'static, ()>> {
        if !message.idempotent || attempts.is_last() {
            return None;
        }
        attempts.servers.first().sleep(latencies.slow_after()?)
    }
}

impl<T: Transport> Transport for Resilient<T> {
    /// The first attempt is made here, and everything else is boxed: most calls need no more, and each layer of futures would be moved
    /// with its transport's, which is large.
    async fn send(&self, mut message: TransportRequest) -> Sent {
        let mut attempts = self.begin(&message);
        if self.latencies.is_some() {
            return Box::pin(async {
                let first = self.attempt(&mut attempts, &message).await;
                self.go_on(attempts, message, first).await
            })
            .await;
        }
        let kept = match attempts.is_only() {
            true => kept_of(&message),
            false => message.clone(),
        };
        let server = attempts.prepare(&mut message);
        let server = attempts.servers.get(server);
        let under_way = server.begin();
        let sent = server.transport().send(message).await;
        let failed = failure_of_send(&sent, &kept);
        note(server, attempts.now, failed.as_ref());
        drop(under_way);
        match failed {
            None => sent,
            Some(failed) => Box::pin(self.go_on(attempts, kept, (sent, Some(failed)))).await,
        }
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let mut attempts = self.begin(&call);
        let opened = loop {
            let (opened, failed) = attempts.open_once(&call).await;
            let Some(failed) = failed else {
                break opened;
            };
            let had_run = attempts.may_have_run;
            if !attempts.may_go_on(&call, &failed).await {
                break match had_run {
                    true => opened_that_may_have_run(opened),
                    false => opened,
                };
            }
        };
        opened.map(|(first, stream)| stream.beginning_with(first))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.endpoints.servers().first().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.endpoints.servers().first().now()
    }

    fn destination(&self) -> Option<Destination> {
        let servers = self.endpoints.servers();
        let all = || servers.all().iter().map(|it| it.transport().destination());
        // The addresses of one name are called by it.
        let mut named: Vec<String> = Vec::new();
        for destination in all().flatten().map(|it| it.to_string()) {
            if named.len() <= NAMED && !named.contains(&destination) {
                named.push(destination);
            }
        }
        if named.len() <= 1 {
            return all().next()?;
        }
        let more = match named.len() > NAMED {
            true => ", …",
            false => "",
        };
        named.truncate(NAMED);
        Some(Destination::new(format!(
            "one of {}{more}",
            named.join(", ")
        )))
    }
}

/// What the reply to a message is judged by, after the message is gone.
fn kept_of(message: &TransportRequest) -> TransportRequest {
    // Of a batch, all of it.
    let is_batch = message.body.trim_ascii_start().starts_with(b"[");
    let mut kept = TransportRequest::new(match is_batch {
        true => message.body.clone(),
        false => Vec::new(),
    });
    kept.call.clone_from(&message.call);
    kept.idempotent = message.idempotent;
    kept
}
