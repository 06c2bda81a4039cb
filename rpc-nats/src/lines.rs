//! [`Lines`]: the streams of a connection, by their numbers in the subjects of their messages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::Message;
use tokio::sync::mpsc;

use crate::defaults::LINE_MESSAGES;

/// The streams of a connection. A clone shares the table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    last: u64,
    streams: HashMap<u64, mpsc::Sender<Message>>,
    is_closed: bool,
}

/// A stream that takes messages until this is dropped.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) number: u64,
    /// It ends when no more messages can come, or when more came than there was room for.
    pub(crate) messages: mpsc::Receiver<Message>,
    lines: Lines,
}

impl Lines {
    /// Adds a stream; `None` if no messages come any more.
    pub(crate) fn enter(&self) -> Option<Entered> {
        let mut table = self.lock();
        if table.is_closed {
            return None;
        }
        table.last += 1;
        let number = table.last;
        let (sender, messages) = mpsc::channel(LINE_MESSAGES);
        table.streams.insert(number, sender);
        Some(Entered {
            number,
            messages,
            lines: self.clone(),
        })
    }

    /// Hands a message to its stream. If that has no room for it, it takes no more: a message of it is lost.
    pub(crate) fn hand_out(&self, number: u64, message: Message) {
        let mut table = self.lock();
        let Some(stream) = table.streams.get(&number) else {
            return;
        };
        if stream.try_send(message).is_err() {
            table.streams.remove(&number);
        }
    }

    /// No more messages come.
    #[cfg(feature = "client")]
    pub(crate) fn close(&self) {
        let mut table = self.lock();
        table.is_closed = true;
        table.streams.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing under the lock panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.lines.lock().streams.remove(&self.number);
    }
}
