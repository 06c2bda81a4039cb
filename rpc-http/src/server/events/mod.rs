//! [`Events`]: the messages of a stream as server-sent events, which are the body of a response.

mod cursor;
mod data;
mod items;

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use rpc_core::session::Session;
use rpc_tokio::server::{ConnectionJobs, PollOnWake};

pub(super) use self::cursor::LastEvent;
use self::data::write_data;
pub(super) use self::items::{ItemEvents, cannot_resume, member_in, retry};
use super::heartbeat::Heartbeat;

/// What every event costs besides its message.
const FRAMING: usize = "data: \n\n".len();

/// A comment, which clients skip.
const COMMENT: &[u8] = b":\n\n";

/// The messages of a stream as server-sent events.
///
/// The session is polled only when the response has room for more. So a client that does not read brings its stream to a halt.
/// Dropping this drops the stream.
pub(super) struct Events {
    session: Session,
    form: Form,
    /// What goes before the first event.
    beginning: Option<Bytes>,
    messages: VecDeque<Bytes>,
    /// Completes when the server stops; `None` once it has, or if nobody would say so.
    stopping: Option<PollOnWake<Stop>>,
    heartbeat: Heartbeat,
    is_ended: bool,
}

/// What the events say.
pub(super) enum Form {
    /// Each is a message of JSON-RPC.
    Messages,
    /// Each is an item, or the end.
    Items(ItemEvents),
}

type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Events {
    /// The messages of a session whose only stream is open.
    pub(super) fn new(session: Session, heartbeat: Duration, form: Form) -> Self {
        let stopping = ConnectionJobs::current().stopping();
        let beginning = match &form {
            Form::Messages => None,
            Form::Items(items) => Some(items.beginning()),
        };
        Events {
            session,
            form,
            beginning,
            messages: VecDeque::new(),
            stopping: stopping.map(|stopping| PollOnWake::new(Box::pin(stopping.begun()) as Stop)),
            heartbeat: Heartbeat::new(heartbeat),
            is_ended: false,
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// The events of all messages that are ready, or a comment after a silence; `None` after the last.
    pub(super) fn poll_next(&mut self, task: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.is_ended {
            return Poll::Ready(None);
        }
        if let Some(beginning) = self.beginning.take() {
            return Poll::Ready(Some(beginning));
        }
        self.look_for_stop(task);
        let Poll::Ready(()) = self.session.poll_outgoing(task, &mut self.messages) else {
            ready!(self.heartbeat.poll_due(task));
            self.heartbeat.sent();
            return Poll::Ready(Some(Bytes::from_static(COMMENT)));
        };
        self.heartbeat.sent();
        // The response to the only call was the last message.
        self.is_ended = self.session.is_idle();
        let events = self.take_events();
        match events.is_empty() {
            true if self.is_ended => Poll::Ready(None),
            _ => Poll::Ready(Some(events)),
        }
    }

    fn look_for_stop(&mut self, task: &mut Context<'_>) {
        if let Some(stopping) = &mut self.stopping
            && Pin::new(stopping).poll(task).is_ready()
        {
            self.stopping = None;
            self.session.stop();
        }
    }

    fn take_events(&mut self) -> Bytes {
        let length = |message: &Bytes| message.len() + FRAMING;
        let mut events = Vec::with_capacity(self.messages.iter().map(length).sum());
        for message in self.messages.drain(..) {
            match &self.form {
                Form::Messages => write_data(&mut events, &message),
                Form::Items(items) => items.write(&mut events, &message),
            }
        }
        events.into()
    }
}
