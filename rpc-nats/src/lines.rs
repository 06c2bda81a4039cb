//! [`Lines`]: the streams of a connection, by the names that they have in the subjects of their messages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::Message;
use tokio::sync::mpsc;

/// The streams of a connection. A clone shares the table.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    table: Arc<Mutex<Table>>,
    /// How many messages of a stream wait to be read.
    capacity: usize,
    name_of: NameOf,
}

/// Reads the name of a stream from the subject of one of its messages.
type NameOf = fn(&str) -> Option<&str>;

#[derive(Debug, Default)]
struct Table {
    streams: HashMap<Arc<str>, mpsc::Sender<Message>>,
    is_closed: bool,
}

/// A stream that takes messages until this is dropped.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) name: Arc<str>,
    /// It ends when no more messages can come, or when more came than there was room for.
    messages: mpsc::Receiver<Message>,
    lines: Lines,
}

impl Lines {
    pub(crate) fn new(capacity: usize, name_of: NameOf) -> Self {
        Lines {
            table: Arc::default(),
            capacity,
            name_of,
        }
    }

    /// Adds a stream with a name that no other one has; `None` if no messages come any more.
    pub(crate) fn enter(&self, name: Arc<str>) -> Option<Entered> {
        let mut table = self.lock();
        if table.is_closed {
            return None;
        }
        let (sender, messages) = mpsc::channel(self.capacity);
        table.streams.insert(Arc::clone(&name), sender);
        Some(Entered {
            name,
            messages,
            lines: self.clone(),
        })
    }

    /// Hands a message to its stream. If that has no room for it, it takes no more: a message of it is lost.
    pub(crate) fn hand_out(&self, message: Message) {
        // This shares the text, where a copy of the name would be allocated for each message.
        let subject = message.subject.clone();
        let Some(name) = (self.name_of)(&subject) else {
            return;
        };
        let mut table = self.lock();
        let Some(stream) = table.streams.get(name) else {
            return;
        };
        if stream.try_send(message).is_err() {
            table.streams.remove(name);
        }
    }

    /// A message can't be taken, so its stream takes no more.
    #[cfg(feature = "server")]
    pub(crate) fn cut(&self, message: &Message) {
        if let Some(name) = (self.name_of)(&message.subject) {
            self.lock().streams.remove(name);
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
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entered {
    /// The next message; `None` if none can come any more.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        self.messages.recv().await
    }

    /// Whether the connection has been closed for good.
    pub(crate) fn is_closed(&self) -> bool {
        self.lines.lock().is_closed
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.lines.lock().streams.remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn message(subject: &'static str) -> Message {
        Message {
            subject: subject.into(),
            reply: None,
            payload: bytes::Bytes::new(),
            headers: None,
            status: None,
            description: None,
            length: 0,
        }
    }

    #[test]
    fn a_stream_without_room_takes_no_more() {
        let lines = Lines::new(2, |subject| subject.strip_prefix("to."));
        let mut full = lines.enter("full".into()).expect("it is open");
        let mut other = lines.enter("other".into()).expect("it is open");
        for _ in 0..4 {
            lines.hand_out(message("to.full"));
        }
        lines.hand_out(message("to.nobody"));
        lines.hand_out(message("to.other"));
        for expected in [true, true, false] {
            let next = full
                .next()
                .now_or_never()
                .expect("it is there, or has ended");
            assert_eq!(next.is_some(), expected);
        }
        assert!(!full.is_closed());
        assert!(other.next().now_or_never().flatten().is_some());
        drop((full, other));
        assert!(lines.lock().streams.is_empty());
    }
}
