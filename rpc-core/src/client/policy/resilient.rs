//! [`Resilient`]: the transport that keeps to a policy.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use http::{HeaderName, HeaderValue};

use super::super::{
    Transport, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use super::Policy;
use super::attempt::{Failed, failure_of, failure_of_send};
use super::endpoints::Endpoints;
use super::hedge::Latencies;
use crate::error::{Destination, Execution};

/// Counts the attempts of a call, from the second on.
const ATTEMPT: HeaderName = HeaderName::from_static("rpc-attempt");

type Sent = Result<TransportReply, TransportFailure>;

/// The transport of a client with a [`Policy`]. A clone shares what is known of the servers.
pub struct Resilient<T> {
    policy: Arc<Policy>,
    endpoints: Endpoints<T>,
    latencies: Option<Arc<Latencies>>,
}

impl<T> Clone for Resilient<T> {
    fn clone(&self) -> Self {
        Resilient {
            policy: Arc::clone(&self.policy),
            endpoints: self.endpoints.clone(),
            latencies: self.latencies.clone(),
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
    /// The servers that were tried.
    tried: Vec<usize>,
    ends: Option<Instant>,
}

impl Attempts {
    fn left(&self) -> Duration {
        let left = |ends: Instant| ends.saturating_duration_since(Instant::now());
        self.ends.map_or(Duration::MAX, left)
    }
}

impl<T: Transport> Resilient<T> {
    pub(super) fn new(policy: Policy, endpoints: Endpoints<T>) -> Self {
        Resilient {
            latencies: policy.hedging.map(Latencies::new).map(Arc::new),
            policy: Arc::new(policy),
            endpoints,
        }
    }

    fn begin(&self, message: &TransportRequest) -> Attempts {
        self.policy.budget.call();
        Attempts {
            count: 0,
            tried: Vec::new(),
            ends: Instant::now().checked_add(message.timeout_or(self.policy.timeout)),
        }
    }

    /// The server for the next attempt, and the message for it.
    fn next(
        &self,
        attempts: &mut Attempts,
        message: &TransportRequest,
    ) -> (usize, TransportRequest) {
        attempts.count += 1;
        let index = self.endpoints.pick(&attempts.tried, Instant::now());
        attempts.tried.push(index);
        let mut message = message.clone();
        let left = attempts.left();
        message.timeout = Some(
            self.policy
                .attempt_timeout
                .map_or(left, |most| most.min(left)),
        );
        message.time_left = None;
        if attempts.count > 1 {
            message
                .headers
                .insert(ATTEMPT, HeaderValue::from(attempts.count));
        }
        (index, message)
    }

    /// Notes how a server has done.
    fn note(&self, index: usize, failed: Option<&Failed>) {
        let endpoint = self.endpoints.get(index);
        match failed {
            Some(failed) if failed.verdict.is_retryable => endpoint.has_failed(Instant::now()),
            _ => endpoint.has_answered(),
        }
    }

    /// Waits until another attempt may be made. False if none is made.
    async fn may_go_on(
        &self,
        attempts: &Attempts,
        message: &TransportRequest,
        failed: &Failed,
    ) -> bool {
        if attempts.count >= self.policy.attempts || !failed.is_repeatable(message) {
            return false;
        }
        let pause = self.pause(attempts, failed);
        if pause >= attempts.left() || failed.has_reached && !self.policy.budget.take() {
            return false;
        }
        if pause.is_zero() {
            return true;
        }
        match self.sleep(pause) {
            Some(asleep) => {
                asleep.await;
                true
            }
            None => false,
        }
    }

    fn pause(&self, attempts: &Attempts, failed: &Failed) -> Duration {
        let did_not_run = failed.verdict.execution == Execution::NotRun;
        if did_not_run && self.endpoints.has_other(&attempts.tried, Instant::now()) {
            return Duration::ZERO;
        }
        let doubled = 1u32.checked_shl(attempts.count - 1).unwrap_or(u32::MAX);
        let longest = self.policy.first_pause.saturating_mul(doubled);
        let random = longest
            .min(self.policy.longest_pause)
            .mul_f64(fastrand::f64());
        failed
            .verdict
            .retry_after
            .map_or(random, |asked| asked.max(random))
    }

    /// Sends a message once, to this server.
    async fn send_to(&self, index: usize, message: TransportRequest) -> (Sent, Option<Failed>) {
        let endpoint = self.endpoints.get(index);
        let _under_way = endpoint.begin();
        let begun = Instant::now();
        let call = message.call.clone();
        let sent = endpoint.client().transport().send(message).await;
        let failed = failure_of_send(&sent, call.as_ref());
        self.note(index, failed.as_ref());
        if let (None, Some(latencies)) = (&failed, &self.latencies) {
            latencies.note(begun.elapsed());
        }
        (sent, failed)
    }

    /// Sends a message, and a second time if that takes long.
    async fn attempt(
        &self,
        attempts: &mut Attempts,
        message: &TransportRequest,
    ) -> (Sent, Option<Failed>) {
        let (index, first) = self.next(attempts, message);
        let slow_after = self.latencies.as_ref().and_then(|it| it.slow_after());
        let asleep =
            slow_after.filter(|_| message.idempotent && attempts.count < self.policy.attempts);
        let Some(asleep) = asleep.and_then(|slow_after| self.sleep(slow_after)) else {
            return self.send_to(index, first).await;
        };
        let first = pin!(self.send_to(index, first));
        let first = match select(first, asleep).await {
            Either::Left((sent, _)) => return sent,
            Either::Right(((), first)) => first,
        };
        if !self.policy.budget.take() {
            return first.await;
        }
        let (index, second) = self.next(attempts, message);
        let second = pin!(self.send_to(index, second));
        match select(first, second).await {
            Either::Left(((_, Some(_)), second)) => second.await,
            Either::Right(((_, Some(_)), first)) => first.await,
            Either::Left((sent, _)) | Either::Right((sent, _)) => sent,
        }
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
            if !self.may_go_on(&attempts, &message, &failed).await {
                return sent;
            }
            log_again(&failed, attempts.count);
        }
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let mut attempts = self.begin(&call);
        loop {
            let (index, attempt) = self.next(&mut attempts, &call);
            let endpoint = self.endpoints.get(index);
            let under_way = endpoint.begin();
            let opened = endpoint.client().transport().open(attempt).await;
            drop(under_way);
            let failed = opened.as_ref().err().map(failure_of);
            self.note(index, failed.as_ref());
            let Some(failed) = failed else {
                return opened;
            };
            if !self.may_go_on(&attempts, &call, &failed).await {
                return opened;
            }
            log_again(&failed, attempts.count);
        }
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.endpoints.first().client().transport().sleep(duration)
    }

    fn destination(&self) -> Option<Destination> {
        self.endpoints.first().client().transport().destination()
    }
}

#[cold]
fn log_again(failed: &Failed, attempt: u32) {
    let execution = failed.verdict.execution;
    tracing::debug!(attempt, %execution, "an attempt failed, and the call is tried again");
}
