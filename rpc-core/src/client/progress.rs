//! [`Progress`]: how far a message has got, for a call that times out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::TimeoutError;

/// How far a message has got. A clone shares the state.
///
/// A transport can report when it begins to connect and when it begins to write. A call that times out then knows whether its
/// method may have run. If the transport reports nothing, the message counts as sent.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU8>);

const UNKNOWN: u8 = 0;
const COLLECTING: u8 = 1;
const CONNECTING: u8 = 2;

impl Progress {
    /// The message waits for other calls.
    pub(super) fn collecting() -> Self {
        Progress(Arc::new(AtomicU8::new(COLLECTING)))
    }

    /// Nothing of the message has been sent, and nothing will be without [`sending`](Self::sending).
    pub fn connecting(&self) {
        self.0.store(CONNECTING, Ordering::Relaxed);
    }

    /// A part of the message may have been sent.
    pub fn sending(&self) {
        self.0.store(UNKNOWN, Ordering::Relaxed);
    }

    /// What a timeout at this point means.
    pub fn timeout(&self) -> TimeoutError {
        match self.0.load(Ordering::Relaxed) {
            COLLECTING => TimeoutError::Turn,
            CONNECTING => TimeoutError::Connect,
            _ => TimeoutError::Reply,
        }
    }
}
