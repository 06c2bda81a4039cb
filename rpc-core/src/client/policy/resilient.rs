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
use super::endpoints::{Endpoints, Tried};
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
struct Attempts {
    count: u32,
    tried: Tried,
    /// `None` if the call may take any time.
    ends: Option<Instant>,
    /// The method may have run in an earlier attempt.
    may_have_run: bool,
}

impl Attempts {
    fn left(&self) -> Option<Duration> {
        let ends = self.ends?;
        Some(ends.saturating_duration_since(Instant::now()))
    }
}

/// An attempt that is ready to be made.
struct Next {
    server: usize,
    message: TransportRequest,
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

    fn begin(&self, message: &TransportRequest) -> Attempts {
        self.policy.budget.call();
        let time = match self.has_clock() {
            true => Some(message.timeout_or(self.policy.timeout)),
            false => message.timeout_if_any(None),
        };
        if let Some(progress) = &message.progress {
            // Attempts that overlap can't share it. Once one begins, the message may have been sent.
            progress.sending();
        }
        Attempts {
            count: 0,
            tried: Tried::default(),
            ends: time.and_then(|time| Instant::now().checked_add(time)),
            may_have_run: false,
        }
    }

    fn has_clock(&self) -> bool {
        let asks = || self.sleep(Duration::ZERO).is_some();
        *self.has_clock.get_or_init(asks)
    }

    fn next(&self, attempts: &mut Attempts, message: &TransportRequest) -> Next {
        attempts.count += 1;
        let server = self.endpoints.pick(&attempts.tried, Instant::now());
        attempts.tried.add(server);
        let mut message = message.clone();
        message.timeout = match (attempts.left(), self.policy.attempt_timeout) {
            (Some(left), Some(most)) => Some(left.min(most)),
            (left, most) => left.or(most.filter(|_| self.has_clock())),
        };
        (message.time_left, message.progress) = (None, None);
        if attempts.count > 1 {
            let count = HeaderValue::from(attempts.count);
            message.headers.insert(ATTEMPT, count);
        }
        Next { server, message }
    }

    /// Notes how a server has done in an attempt that began at this time.
    fn note(&self, server: usize, begun: Instant, failed: Option<&Failed>) {
        let endpoint = self.endpoints.get(server);
        let now = Instant::now();
        match failed.map(|failed| failed.server) {
            None | Some(Health::Well) => endpoint.has_answered(),
            Some(Health::Ill) => endpoint.has_failed(begun, now),
            Some(Health::Late) if now.saturating_duration_since(begun) >= FAIR_TIME => {
                endpoint.has_failed(begun, now);
            }
            Some(Health::Late | Health::Unknown) => {}
        }
        if let Some(rest) = failed.and_then(|failed| failed.verdict.retry_after) {
            endpoint.rests(rest, now);
        }
    }

    /// Waits until another attempt may be made. False if none is made.
    async fn may_go_on(
        &self,
        attempts: &mut Attempts,
        message: &TransportRequest,
        failed: &Failed,
    ) -> bool {
        let did_not_run = failed.verdict.execution == Execution::NotRun;
        attempts.may_have_run |= !did_not_run;
        if attempts.count >= self.policy.attempts || !failed.is_repeatable(message) {
            return false;
        }
        let has_other = self.endpoints.has_other(&attempts.tried, Instant::now());
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
        if !is_free && !self.policy.budget.take() {
            return false;
        }
        if let Some(asleep) = asleep {
            asleep.await;
        }
        log_again(failed, attempts.count);
        true
    }

    fn pause(&self, attempts: &Attempts, failed: &Failed) -> Duration {
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

    /// Sends a message once.
    async fn send_once(&self, next: Next, about: &TransportRequest) -> (Sent, Option<Failed>) {
        let Next { server, message } = next;
        let endpoint = self.endpoints.get(server);
        let _under_way = endpoint.begin();
        let begun = Instant::now();
        let sent = endpoint.client().transport().send(message).await;
        let failed = failure_of_send(&sent, about);
        self.note(server, begun, failed.as_ref());
        (sent, failed)
    }

    /// Sends a message, and a second time if that takes long.
    async fn attempt(
        &self,
        attempts: &mut Attempts,
        message: &TransportRequest,
    ) -> (Sent, Option<Failed>) {
        let begun = Instant::now();
        let outcome = self.attempt_or_two(attempts, message).await;
        let is_answered = outcome
            .1
            .as_ref()
            .is_none_or(|it| it.server == Health::Well);
        if let (true, Some(latencies)) = (is_answered, &self.latencies) {
            latencies.note(begun.elapsed());
        }
        outcome
    }

    async fn attempt_or_two(
        &self,
        attempts: &mut Attempts,
        message: &TransportRequest,
    ) -> (Sent, Option<Failed>) {
        let first = self.next(attempts, message);
        let first_server = first.server;
        let Some(asleep) = self.until_slow(attempts, message) else {
            return self.send_once(first, message).await;
        };
        let begun = Instant::now();
        let first = pin!(self.send_once(first, message));
        let first = match select(first, asleep).await {
            Either::Left((outcome, _)) => return outcome,
            Either::Right(((), first)) => first,
        };
        if !self.policy.budget.take() {
            return first.await;
        }
        let second = self.next(attempts, message);
        let second = pin!(self.send_once(second, message));
        // An answer counts, also one that says no. Only after a failure that passes, the other one is waited for.
        match select(first, second).await {
            Either::Left((outcome, second)) if passes(&outcome) => later_of(outcome, second.await),
            Either::Right((outcome, first)) if passes(&outcome) => later_of(outcome, first.await),
            Either::Left((outcome, _)) => outcome,
            Either::Right((outcome, _)) => {
                // The first server was overtaken although it began earlier.
                self.endpoints
                    .get(first_server)
                    .has_failed(begun, Instant::now());
                outcome
            }
        }
    }

    /// Completes when a call has taken unusually long. `None` if it is not sent a second time then.
    fn until_slow(
        &self,
        attempts: &Attempts,
        message: &TransportRequest,
    ) -> Option<BoxFuture<'static, ()>> {
        if !message.idempotent || attempts.count >= self.policy.attempts {
            return None;
        }
        self.sleep(self.latencies.as_ref()?.slow_after()?)
    }

    /// Opens a stream once, and waits for the first that it says.
    async fn open_once(
        &self,
        next: Next,
        about: &TransportRequest,
    ) -> (Result<TransportStream, TransportFailure>, Option<Failed>) {
        let Next { server, message } = next;
        let endpoint = self.endpoints.get(server);
        let under_way = endpoint.begin();
        let begun = Instant::now();
        let opened = async {
            let mut stream = endpoint.client().transport().open(message).await?;
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
        self.note(server, begun, failed.as_ref());
        let stream = opened.map(|(first, stream)| stream.beginning_with(first).keep(under_way));
        (stream, failed)
    }
}

impl<T: Transport> Transport for Resilient<T> {
    async fn send(&self, message: TransportRequest) -> Sent {
        let mut attempts = self.begin(&message);
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
            let next = self.next(&mut attempts, &call);
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
        let first = self.endpoints.all().first()?;
        first.client().transport().sleep(duration)
    }

    fn destination(&self) -> Option<Destination> {
        let all = self.endpoints.all();
        let named = all.iter().take(NAMED);
        let mut named = named.filter_map(|it| it.client().transport().destination());
        if all.len() == 1 {
            return named.next();
        }
        let named: Vec<_> = named.map(|it| it.to_string()).collect();
        let more = match all.len() > NAMED {
            true => ", …",
            false => "",
        };
        Some(Destination::new(format!(
            "one of {}{more}",
            named.join(", ")
        )))
    }
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
