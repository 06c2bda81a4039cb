//! [`Batching`]: when calls share a message, and how many.

use std::time::Duration;

use crate::error::{ErrorObject, code};
use crate::limits::{BATCHING_MAX_SIZE, BATCHING_PAUSE, MAX_BATCH};

/// When concurrent calls are collected into one message, and how many. For [`Batched`](super::Batched), and for the builders of
/// transports.
///
/// ```
/// use std::time::Duration;
/// use rpc_core::Batching;
///
/// // Up to 20 calls that are made within two milliseconds.
/// let batching = Batching::default().window(Duration::from_millis(2)).max_calls(20);
/// # drop(batching);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batching {
    pub(super) window: Duration,
    pub(super) max_calls: usize,
    pub(super) max_size: usize,
    pub(super) pause: Duration,
    refusal: Option<Refusal>,
}

/// Whether an error that answers a whole batch says that none of it has run.
#[derive(Debug, Clone, Copy)]
struct Refusal(fn(&ErrorObject) -> bool);

impl PartialEq for Refusal {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Refusal {}

impl Default for Batching {
    fn default() -> Self {
        Batching {
            window: Duration::ZERO,
            max_calls: MAX_BATCH,
            max_size: BATCHING_MAX_SIZE,
            pause: BATCHING_PAUSE,
            refusal: None,
        }
    }
}

impl Batching {
    /// How long the first call of a message waits for others; default zero: for what is ready in the same turn of the
    /// event loop. A call is never faster for a longer window, but fewer messages may be sent.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// The most calls in a message; default [`MAX_BATCH`], which is what a [`Server`](crate::Server) takes by default. More are split
    /// into several messages; with less than two, calls are not collected.
    #[must_use]
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls;
        self
    }

    /// The largest message of several calls, in bytes; default [`BATCHING_MAX_SIZE`]. More are split into several messages, and a call
    /// that is larger by itself is sent alone.
    #[must_use]
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.max_size = bytes;
        self
    }

    /// How long calls are sent alone after the server has refused a batch; default 60 s. Then batches are tried again, since the
    /// server may have been replaced. Each further refusal in a row doubles the pause, up to an hour
    /// ([`BATCHING_MAX_PAUSE`](crate::limits::BATCHING_MAX_PAUSE)), or up to this if it is longer.
    ///
    /// The time is that of the [runtime's clock](crate::Runtime::now).
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Recognises a server's refusal of a batch unread: an error without an id that answers all of it, and says that none of it
    /// has run, so that its calls may be sent one by one. By default that is -32600 or -32700, unless the transport has a rule of its own.
    #[must_use]
    pub fn refusal(mut self, is_refusal: fn(&ErrorObject) -> bool) -> Self {
        self.refusal = Some(Refusal(is_refusal));
        self
    }

    /// Uses this [rule](Self::refusal) unless there is one: for transports that know how their servers refuse batches.
    #[must_use]
    pub fn or_refusal(mut self, is_refusal: fn(&ErrorObject) -> bool) -> Self {
        self.refusal.get_or_insert(Refusal(is_refusal));
        self
    }

    pub(super) fn is_refusal(&self, error: &ErrorObject) -> bool {
        match self.refusal {
            Some(Refusal(is_refusal)) => is_refusal(error),
            None => matches!(error.code(), code::INVALID_REQUEST | code::PARSE_ERROR),
        }
    }
}
