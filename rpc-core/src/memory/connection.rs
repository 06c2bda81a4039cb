//! [`Connection`]: one call over a connection in memory, on which both ends talk.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Stream, StreamExt};

use crate::client::{StreamMessage, TransportFailure, TransportReply};
use crate::error::TimeoutError;
use crate::runtime::{BoxFuture, DynRuntime};
use crate::server::Reply;
use crate::service::RequestMetadata;
use crate::session::{Handler, Session};
use crate::wire::control::{self, Control, Incoming};

/// One call over a connection in memory. Whoever waits for the call runs both ends. When it is dropped, the connection is
/// closed, which stops the call.
pub(super) struct Connection {
    session: Session,
    outgoing: VecDeque<Bytes>,
    /// What the server may call.
    client: Option<Arc<dyn Handler>>,
    /// The calls of the server that wait.
    calls: FuturesUnordered<BoxFuture<'static, Option<Reply>>>,
}

impl Connection {
    pub(super) fn new(session: Session, client: Option<Arc<dyn Handler>>) -> Self {
        Connection {
            session,
            outgoing: VecDeque::new(),
            client,
            calls: FuturesUnordered::new(),
        }
    }

    pub(super) fn send(&mut self, message: Bytes, task: &mut Context<'_>) {
        self.session.receive(message, task);
    }

    /// The next message of the server that is not a call.
    pub(super) fn poll_message(&mut self, task: &mut Context<'_>) -> Poll<Bytes> {
        loop {
            while let Poll::Ready(Some(reply)) = self.calls.poll_next_unpin(task) {
                if let Some(reply) = reply {
                    self.session.receive(reply.into_body().into(), task);
                }
            }
            let message = match self.outgoing.pop_front() {
                Some(message) => message,
                None => {
                    ready!(self.session.poll_outgoing(task, &mut self.outgoing));
                    continue;
                }
            };
            if !matches!(
                control::read(&message),
                Incoming::Request | Incoming::Mixed(_)
            ) {
                return Poll::Ready(message);
            }
            match &self.client {
                Some(client) => {
                    let metadata = RequestMetadata::default();
                    let call = client.handle(message, metadata, &"memory".into());
                    self.calls.push(call);
                }
                None => self.session.refuse_outgoing(&message, task),
            }
        }
    }
}

/// The messages of a stream.
pub(super) struct Messages {
    connection: Connection,
    clock: Option<(DynRuntime, Duration)>,
    /// Ends when the stream has been silent for too long.
    silence: Option<BoxFuture<'static, ()>>,
    is_ended: bool,
}

impl Messages {
    /// `clock`: how long the stream may be silent.
    pub(super) fn new(connection: Connection, clock: Option<(DynRuntime, Duration)>) -> Self {
        Messages {
            connection,
            clock,
            silence: None,
            is_ended: false,
        }
    }

    fn poll_silence(&mut self, task: &mut Context<'_>) -> Poll<()> {
        let Some((runtime, timeout)) = &self.clock else {
            return Poll::Pending;
        };
        let silence = self.silence.get_or_insert_with(|| {
            let (runtime, timeout) = (runtime.clone(), *timeout);
            Box::pin(async move { runtime.sleep(timeout).await })
        });
        silence.poll_unpin(task)
    }
}

impl Stream for Messages {
    type Item = Result<StreamMessage, TransportFailure>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.is_ended {
            let Poll::Ready(message) = self.connection.poll_message(task) else {
                ready!(self.poll_silence(task));
                self.is_ended = true;
                return Poll::Ready(Some(Err(TimeoutError::Reply.into())));
            };
            self.silence = None;
            let received = match control::read(&message) {
                Incoming::Control(Control::Progress { value: None, .. }) => StreamMessage::Opened,
                Incoming::Control(Control::Progress {
                    value: Some(value), ..
                }) => StreamMessage::Item(message.slice_ref(value.as_bytes())),
                Incoming::Response(_) => {
                    self.is_ended = true;
                    StreamMessage::End(TransportReply::new(message))
                }
                _ => continue,
            };
            return Poll::Ready(Some(Ok(received)));
        }
        Poll::Ready(None)
    }
}
