//! [`Within`]: what a message takes over from the call in which it is sent.

use std::time::{Duration, Instant};

use http::HeaderMap;

use crate::error::{CallError, EncodeError, TimeoutError};
use crate::runtime::DynRuntime;
use crate::service::Context;

/// The headers that go on from call to call: the trace context (W3C), and the request id.
const PASSED_ON: [&str; 4] = ["traceparent", "tracestate", "baggage", "x-request-id"];

/// What a message takes over from the call in which it is sent.
pub(super) struct Within {
    /// Until when the call has to be done.
    deadline: Option<Instant>,
    clock: Option<DynRuntime>,
    headers: HeaderMap,
}

impl Within {
    pub(super) fn of(cx: &Context) -> Self {
        Within {
            deadline: cx.deadline(),
            clock: cx.runtime().cloned(),
            headers: passed_on(cx),
        }
    }

    /// How much time is left, if that is bounded.
    pub(super) fn left(&self) -> Option<Duration> {
        let now = || {
            self.clock
                .as_ref()
                .map_or_else(Instant::now, DynRuntime::now)
        };
        Some(self.deadline?.saturating_duration_since(now()))
    }

    /// Adds the headers that are passed on, unless the message has its own.
    pub(super) fn pass_on(&self, headers: &mut HeaderMap) {
        for name in self.headers.keys() {
            if headers.contains_key(name) {
                continue;
            }
            for value in self.headers.get_all(name) {
                headers.append(name, value.clone());
            }
        }
    }

    /// Of both calls: the shorter time, and the headers of this one, which came first.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.deadline = match (self.deadline, other.deadline) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        self
    }

    /// Of the calls of one message: the longer time, and the headers of this one, which came first.
    pub(super) fn joined(mut self, other: Self) -> Self {
        self.deadline = self
            .deadline
            .zip(other.deadline)
            .map(|(own, other)| own.max(other));
        self
    }
}

/// The headers that go on from this call to those that it makes.
pub(crate) fn passed_on(cx: &Context) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in PASSED_ON {
        for value in cx.headers().get_all(name) {
            headers.append(name, value.clone());
        }
    }
    headers
}

/// Why a message is not sent.
pub(super) enum NotSent {
    Encode(EncodeError),
    /// Its time is over.
    Late,
}

impl From<EncodeError> for NotSent {
    fn from(error: EncodeError) -> Self {
        NotSent::Encode(error)
    }
}

impl<E> From<NotSent> for CallError<E> {
    fn from(error: NotSent) -> Self {
        match error {
            NotSent::Encode(error) => error.into(),
            NotSent::Late => TimeoutError::Turn.into(),
        }
    }
}
