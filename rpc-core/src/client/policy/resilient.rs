//! [`Resilient`]: the transport that keeps to a policy.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use http::{HeaderName, HeaderValue};

use super::super::doubled::doubled;
use super::super::{
    StreamMessage, Transport, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use super::Policy;
use super::attempt::{Failed, Health, failure_in, failure_of, failure_of_send};
use super::endpoints::{Endpoint, Endpoints, Servers, Tried};
use super::hedge::Latencies;
use crate::error::{Destination, Execution, ProtocolError, TimeoutError, TransportError};
use crate::runtime::BoxFuture;

/// Counts the attempts of a call, from the second on.
const ATTEMPT: HeaderName = HeaderName::from_static("rpc-attempt");

/// A server that has had less time than this is not to blame for a timeout.
const FAIR_TIME: Duration = Duration::from_secs(1);

/// An error names no more servers than this.
const NAMED: usize = 3;

type Sent = Result<TransportReply, TransportFailure>;

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

/// The attempts of one call so far.
struct Attempts<T> {
    servers: Servers<T>,
    count: u32,
    tried: Tried,
    /// When the next attempt begins.
    now: Instant,
    /// `None` if the call may take any time.
    ends: Option<Instant>,
    /// The method may have run in an earlier attempt.
    may_have_run: bool,
}

impl<T: Transport> Attempts<T> {
    fn left(&self) -> Option<Duration> {
        let ends = self.ends?;
        Some(ends.saturating_duration_since(self.now))
    }

    /// Reads the clock again.
    fn look_at_clock(&mut self) {
        self.now = self.servers.first().now();
    }
}

/// An attempt that is ready to be made.
struct Next<T> {
    server: Arc<Endpoint<T>>,
    message: TransportRequest,
    begins: Instant,
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

    fn begin(&self, message: &TransportRequest) -> Attempts<T> {
        self.policy.budget.call();
        let servers = self.endpoints.servers();
        let has_clock = self.has_clock(&servers);
        let time = match has_clock {
            true => Some(message.timeout_or(self.policy.timeout)),
            false => message.timeout_if_any(None),
        };
        if let Some(progress) = &message.progress {
            // Attempts that overlap can't share it. Once one begins, the message may have been sent.
            progress.sending();
        }
        let now = servers.first().now();
        Attempts {
            servers,
            count: 0,
            tried: Tried::default(),
            now,
            ends: time.and_then(|time| now.checked_add(time)),
            may_have_run: false,
        }
    }

    fn has_clock(&self, servers: &Servers<T>) -> bool {
        let asks = || servers.first().sleep(Duration::ZERO).is_some();
        *self.has_clock.get_or_init(asks)
    }

    fn next(&self, attempts: &mut Attempts<T>, mut message: TransportRequest) -> Next<T> {
        let Attempts { servers, now, .. } = &*attempts;
        let server = servers.pick(&attempts.tried, *now);
        let endpoint = Arc::clone(servers.get(server));
        attempts.count += 1;
        attempts.tried.add(server);
        let has_clock = self.has_clock(&attempts.servers);
        message.timeout = match (attempts.left(), self.policy.attempt_timeout) {
            (Some(left), Some(most)) => Some(left.min(most)),
            (left, most) => left.or(most.filter(|_| has_clock)),
        };
        (message.time_left, message.progress) = (None, None);
        // Another server may have a connection now.
        message.fails_fast |= attempts.count < self.policy.attempts
            && attempts.servers.has_other(&attempts.tried, attempts.now);
        if attempts.count > 1 {
            let count = HeaderValue::from(attempts.count);
            message.headers.insert(ATTEMPT, count);
        }
        Next {
            server: endpoint,
            message,
            begins: attempts.now,
        }
    }

    /// Waits until another attempt may be made. False if none is made.
    async fn may_go_on(
        &self,
        attempts: &mut Attempts<T>,
        message: &TransportRequest,
        failed: &Failed,
    ) -> bool {
        let did_not_run = failed.verdict.execution == Execution::NotRun;
        attempts.may_have_run |= !did_not_run;
        if attempts.count >= self.policy.attempts || !failed.is_repeatable(message) {
            return false;
        }
        attempts.look_at_clock();
        let has_other = attempts.servers.has_other(&attempts.tried, attempts.now);
        let is_free = did_not_run && has_other;
        let pause = match is_free {
            true => Duration::ZERO,
            false => self.pause(attempts, failed),
        };
        if attempts.left().is_some_and(|left| pause >= left) {
            return false;
        }
        let asleep = match pause.is_zero() {
            true => None,
            false => match self.sleep(pause) {
                Some(asleep) => Some(asleep),
                None => return false,
            },
        };
        if !is_free && !self.policy.budget.take(attempts.now) {
            return false;
        }
        if let Some(asleep) = asleep {
            asleep.await;
            attempts.look_at_clock();
        }
        log_again(failed, attempts.count);
        true
    }

    fn pause(&self, attempts: &Attempts<T>, failed: &Failed) -> Duration {
        let Policy {
            first_pause,
            longest_pause,
            ..
        } = *self.policy;
        let longest = doubled(first_pause, attempts.count - 1, longest_pause);
        let random = longest.mul_f64(fastrand::f64());
        let asked = failed.verdict.retry_after;
        asked.map_or(random, |asked| asked.max(random))
    }

    /// Sends a message once. `about`: what its reply is judged by.
    async fn send_once(&self, next: Next<T>, about: &TransportRequest) -> (Sent, Option<Failed>) {
        let Next {
            server,
            message,
            begins,
        } = next;
        let _under_way = server.begin();
        let sent = server.transport().send(message).await;
        let failed = failure_of_send(&sent, about);
        note(&server, begins, failed.as_ref());
        (sent, failed)
    }

    /// Sends a message, and a second time if that takes long.
    async fn attempt(
        &self,
        attempts: &mut Attempts<T>,
        message: &TransportRequest,
    ) -> (Sent, Option<Failed>) {
        let Some(latencies) = &self.latencies else {
            let next = self.next(attempts, message.clone());
            return self.send_once(next, message).await;
        };
        let begun = attempts.now;
        // Boxed, so that other calls have no room for two attempts.
        let outcome = Box::pin(self.hedged(attempts, message, latencies)).await;
        let failed = outcome.1.as_ref();
        if failed.is_none_or(|failed| failed.server == Health::Well) {
            let now = attempts.servers.first().now();
            latencies.note(now.saturating_duration_since(begun));
        }
        outcome
    }

    async fn hedged(
        &self,
        attempts: &mut Attempts<T>,
        message: &TransportRequest,
        latencies: &Latencies,
    ) -> (Sent, Option<Failed>) {
        let first = self.next(attempts, message.clone());
        let (first_server, begun) = (Arc::clone(&first.server), first.begins);
        let first = pin!(self.send_once(first, message));
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
        let second = self.next(attempts, message.clone());
        let second = pin!(self.send_once(second, message));
        // An answer counts, also one that says no. Only after a failure that passes, the other one is waited for.
        match select(first, second).await {
            Either::Left((outcome, second)) if passes(&outcome) => later_of(outcome, second.await),
            Either::Right((outcome, first)) if passes(&outcome) => later_of(outcome, first.await),
            Either::Left((outcome, _)) => outcome,
            Either::Right((outcome, _)) => {
                // The first server was overtaken although it began earlier.
                first_server.has_failed(begun, attempts.servers.first().now());
                outcome
            }
        }
    }

    /// Completes when a call has taken unusually long. `None` if it is not sent a second time then.
    fn until_slow(
        &self,
        attempts: &Attempts<T>,
        message: &TransportRequest,
        latencies: &Latencies,
    ) -> Option<BoxFuture<'static, ()>> {
        if !message.idempotent || attempts.count >= self.policy.attempts {
            return None;
        }
        self.sleep(latencies.slow_after()?)
    }

    /// Opens a stream once, and waits for the first that it says.
    async fn open_once(
        &self,
        next: Next<T>,
        about: &TransportRequest,
    ) -> (Result<TransportStream, TransportFailure>, Option<Failed>) {
        let Next {
            server,
            message,
            begins,
        } = next;
        let under_way = server.begin();
        let opened = async {
            let mut stream = server.transport().open(message).await?;
            match stream.next().await {
                Some(Ok(first)) => Ok((first, stream)),
                Some(Err(failure)) => Err(failure),
                None => Err(ProtocolError::StreamCut.into()),
            }
        };
        let opened = opened.await;
        let failed = match &opened {
            Ok((StreamMessage::End(reply), _)) => failure_in(reply, about),
            Ok(_) => None,
            Err(failure) => Some(failure_of(failure)),
        };
        note(&server, begins, failed.as_ref());
        let stream = opened.map(|(first, stream)| stream.beginning_with(first).keep(under_way));
        (stream, failed)
    }
}

impl<T: Transport> Transport for Resilient<T> {
    async fn send(&self, message: TransportRequest) -> Sent {
        let mut attempts = self.begin(&message);
        if self.policy.attempts == 1 {
            // It is not sent again, so nothing has to be copied.
            let about = kept_of(&message);
            let next = self.next(&mut attempts, message);
            return self.send_once(next, &about).await.0;
        }
        loop {
            let (sent, failed) = self.attempt(&mut attempts, &message).await;
            let Some(failed) = failed else {
                return sent;
            };
            let had_run = attempts.may_have_run;
            if !self.may_go_on(&mut attempts, &message, &failed).await {
                return match had_run {
                    true => may_have_run(sent),
                    false => sent,
                };
            }
        }
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let mut attempts = self.begin(&call);
        loop {
            let next = self.next(&mut attempts, call.clone());
            let (opened, failed) = self.open_once(next, &call).await;
            let Some(failed) = failed else {
                return opened;
            };
            let had_run = attempts.may_have_run;
            if !self.may_go_on(&mut attempts, &call, &failed).await {
                return match (opened, had_run) {
                    (Err(failure), true) => Err(failure_that_may_have_run(failure)),
                    (opened, _) => opened,
                };
            }
        }
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

/// Notes how a server has done in an attempt that began at this time.
fn note<T: Transport>(server: &Endpoint<T>, begun: Instant, failed: Option<&Failed>) {
    let Some(failed) = failed else {
        return server.has_answered();
    };
    let now = server.transport().now();
    match failed.server {
        Health::Well => server.has_answered(),
        Health::Ill => server.has_failed(begun, now),
        Health::Late if now.saturating_duration_since(begun) >= FAIR_TIME => {
            server.has_failed(begun, now);
        }
        Health::Late | Health::Unknown => {}
    }
    if let Some(rest) = failed.verdict.retry_after {
        server.rests(rest, now);
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

/// Whether an attempt has failed for a reason that passes.
fn passes((_, failed): &(Sent, Option<Failed>)) -> bool {
    failed.is_some_and(|failed| failed.verdict.is_retryable)
}

/// What has become of two attempts, the first of which has failed.
fn later_of(
    (_, earlier): (Sent, Option<Failed>),
    (sent, failed): (Sent, Option<Failed>),
) -> (Sent, Option<Failed>) {
    let Some((mut failed, earlier)) = failed.zip(earlier) else {
        return (sent, failed);
    };
    let had_run = earlier.verdict.execution != Execution::NotRun;
    if had_run && failed.verdict.execution == Execution::NotRun {
        failed.verdict.execution = Execution::MaybeRun;
        return (may_have_run(sent), Some(failed));
    }
    (sent, Some(failed))
}

/// The message may have run before, so that this failure does not say that it did not.
fn may_have_run(sent: Sent) -> Sent {
    match sent {
        Ok(mut reply) => {
            (reply.not_run, reply.may_have_run) = (false, true);
            reply.error_if_invalid = reply.error_if_invalid.map(error_that_may_have_run);
            Ok(reply)
        }
        Err(failure) => Err(failure_that_may_have_run(failure)),
    }
}

fn failure_that_may_have_run(failure: TransportFailure) -> TransportFailure {
    match failure {
        TransportFailure::Timeout(_) => TimeoutError::Reply.into(),
        TransportFailure::Error(error) => error_that_may_have_run(error).into(),
        failure => failure,
    }
}

fn error_that_may_have_run(error: TransportError) -> TransportError {
    match error.execution() {
        Execution::NotRun => error.with_execution(Execution::MaybeRun),
        _ => error,
    }
}

#[cold]
fn log_again(failed: &Failed, attempt: u32) {
    let execution = failed.verdict.execution;
    tracing::debug!(attempt, %execution, "an attempt failed, and the call is tried again");
}
