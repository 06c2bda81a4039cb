//! [`TimeLeft`]: what a call may still take that is made inside another call, and the headers that follow it there.

use std::time::{Duration, Instant};

use http::HeaderMap;

use crate::error::{CallError, EncodeError, TimeoutError};
use crate::runtime::DynRuntime;
use crate::service::Context;

/// The headers that go on from call to call: the trace context (W3C), and the request id.
const PASSED_ON: [&str; 4] = ["traceparent", "tracestate", "baggage", "x-request-id"];

/// What is left of the time of a call.
#[derive(Clone)]
pub(super) struct TimeLeft {
    deadline: Instant,
    clock: Option<DynRuntime>,
}

impl TimeLeft {
    /// `None` if the call may take any time.
    pub(super) fn of(cx: &Context) -> Option<Self> {
        Some(TimeLeft {
            deadline: cx.deadline()?,
            clock: cx.runtime().cloned(),
        })
    }

    pub(super) fn left(&self) -> Duration {
        let now = self
            .clock
            .as_ref()
            .map_or_else(Instant::now, DynRuntime::now);
        self.deadline.saturating_duration_since(now)
    }

    /// The one that lasts longer.
    pub(super) fn longer(self, other: Self) -> Self {
        match self.deadline < other.deadline {
            true => other,
            false => self,
        }
    }
}

/// Adds the headers that a call passes on, unless the message has them.
pub(super) fn pass_on(from: &HeaderMap, headers: &mut HeaderMap) {
    for name in PASSED_ON {
        if headers.contains_key(name) {
            continue;
        }
        for value in from.get_all(name) {
            headers.append(name, value.clone());
        }
    }
}

/// Why a message is not sent.
pub(super) enum NotSent {
    Encode(EncodeError),
    /// There is no time left for it.
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
