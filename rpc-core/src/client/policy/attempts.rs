//! [`Attempts`]: the attempts of one call: where the next one goes, and whether and when there is one.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::{HeaderName, HeaderValue};

use super::super::doubled::doubled;
use super::super::{StreamMessage, Transport, TransportRequest};
use super::Policy;
use super::attempt::{Failed, Health, failure_in, failure_of, failure_of_send};
use super::endpoints::{Endpoint, Servers, Tried};
use super::unclear::{Opened, Sent};
use crate::error::{Execution, ProtocolError};

/// Counts the attempts of a call, from the second on.
const ATTEMPT: HeaderName = HeaderName::from_static("rpc-attempt");

/// A server that has had less time than this is not to blame for a timeout.
const FAIR_TIME: Duration = Duration::from_secs(1);

/// The attempts of one call so far.
pub(super) struct Attempts<'a, T> {
    policy: &'a Policy,
    pub(super) servers: Servers<T>,
    has_clock: bool,
    count: u32,
    tried: Tried,
    /// When the next attempt begins.
    pub(super) now: Instant,
    /// `None` if the call may take any time.
    ends: Option<Instant>,
    /// The method may have run in an earlier attempt.
    pub(super) may_have_run: bool,
}

impl<'a, T: Transport> Attempts<'a, T> {
    pub(super) fn begin(
        policy: &'a Policy,
        servers: Servers<T>,
        has_clock: bool,
        message: &TransportRequest,
    ) -> Self {
        policy.budget.call();
        let time = match has_clock {
            true => Some(message.timeout_or(policy.timeout)),
            false => message.timeout_if_any(None),
        };
        if let Some(progress) = &message.progress {
            // Attempts that overlap can't share it. Once one begins, the message may have been sent.
            progress.sending();
        }
        let now = servers.first().now();
        Attempts {
            policy,
            servers,
            has_clock,
            count: 0,
            tried: Tried::default(),
            now,
            ends: time.and_then(|time| now.checked_add(time)),
            may_have_run: false,
        }
    }

    /// Chooses a server for the next attempt, and makes the message ready for it.
    pub(super) fn prepare(&mut self, message: &mut TransportRequest) -> usize {
        let server = self.servers.pick(&self.tried, self.now);
        self.count += 1;
        self.tried.add(server);
        message.timeout = match (self.left(), self.policy.attempt_timeout) {
            (Some(left), Some(most)) => Some(left.min(most)),
            (left, most) => left.or(most.filter(|_| self.has_clock)),
        };
        (message.time_left, message.progress) = (None, None);
        // Another server may have a connection now.
        message.fails_fast |= !self.is_last() && self.has_other();
        if self.count > 1 {
            let count = HeaderValue::from(self.count);
            message.headers.insert(ATTEMPT, count);
        }
        server
    }

    /// Sends a message to a server that it was made ready for. `about`: what its reply is judged by.
    pub(super) async fn send_once(
        servers: &Servers<T>,
        server: usize,
        begins: Instant,
        message: TransportRequest,
        about: &TransportRequest,
    ) -> (Sent, Option<Failed>) {
        let server = servers.get(server);
        let _under_way = server.begin();
        let sent = server.transport().send(message).await;
        let failed = failure_of_send(&sent, about);
        note(server, begins, failed.as_ref());
        (sent, failed)
    }

    /// Opens a stream once, and waits for the first that it says.
    pub(super) async fn open_once(&mut self, call: &TransportRequest) -> (Opened, Option<Failed>) {
        let mut message = call.clone();
        let server = self.prepare(&mut message);
        let server = self.servers.get(server);
        let under_way = server.begin_stream();
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
            Ok((StreamMessage::End(reply), _)) => failure_in(reply, call),
            Ok(_) => None,
            Err(failure) => Some(failure_of(failure)),
        };
        note(server, self.now, failed.as_ref());
        let opened = opened.map(|(first, stream)| (first, stream.keep(under_way)));
        (opened, failed)
    }

    /// Waits until another attempt may be made. False if none is made.
    pub(super) async fn may_go_on(&mut self, message: &TransportRequest, failed: &Failed) -> bool {
        let did_not_run = failed.verdict.execution == Execution::NotRun;
        self.may_have_run |= !did_not_run;
        if self.is_last() || !failed.is_repeatable(message) {
            return false;
        }
        self.look_at_clock();
        let is_free = did_not_run && self.has_other();
        let pause = match is_free {
            true => Duration::ZERO,
            false => self.pause(failed),
        };
        if self.left().is_some_and(|left| pause >= left) {
            return false;
        }
        let asleep = match pause.is_zero() {
            true => None,
            false => match self.servers.first().sleep(pause) {
                Some(asleep) => Some(asleep),
                None => return false,
            },
        };
        if !is_free && !self.policy.budget.take(self.now) {
            return false;
        }
        if let Some(asleep) = asleep {
            asleep.await;
            self.look_at_clock();
        }
        log_again(failed, self.count);
        true
    }

    fn pause(&self, failed: &Failed) -> Duration {
        let Policy {
            first_pause,
            longest_pause,
            ..
        } = *self.policy;
        let longest = doubled(first_pause, self.count - 1, longest_pause);
        let random = longest.mul_f64(fastrand::f64());
        let asked = failed.verdict.retry_after;
        asked.map_or(random, |asked| asked.max(random))
    }

    /// Reads the clock again.
    pub(super) fn look_at_clock(&mut self) {
        self.now = self.servers.first().now();
    }

    /// Whether there is only one attempt, so that the message is not needed again.
    pub(super) fn is_only(&self) -> bool {
        self.policy.attempts == 1
    }

    /// Whether no further attempt may be made.
    pub(super) fn is_last(&self) -> bool {
        self.count >= self.policy.attempts
    }

    /// Whether a server is left that may be tried at once.
    fn has_other(&self) -> bool {
        self.servers.has_other(&self.tried, self.now)
    }

    fn left(&self) -> Option<Duration> {
        let ends = self.ends?;
        Some(ends.saturating_duration_since(self.now))
    }
}

/// Notes how a server has done in an attempt that began at this time.
pub(super) fn note<T: Transport>(server: &Endpoint<T>, begun: Instant, failed: Option<&Failed>) {
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

#[cold]
fn log_again(failed: &Failed, attempt: u32) {
    let execution = failed.verdict.execution;
    tracing::debug!(attempt, %execution, "an attempt failed, and the call is tried again");
}
