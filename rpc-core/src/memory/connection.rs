//! [`Connection`]: a connection in memory, on which both ends talk.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::client::{Client, StreamMessage, TransportFailure, TransportStream};
use crate::peer::Peer;
use crate::session::Session;

/// A connection in memory, for one call. The call's own task runs both ends. When it is dropped, the connection is closed,
/// which stops the call.
pub(super) struct Connection {
    server: Session,
    client: Session,
    messages: VecDeque<Bytes>,
}

impl Connection {
    pub(super) fn new(server: Session, client: Session) -> Self {
        Connection {
            server,
            client,
            messages: VecDeque::new(),
        }
    }

    /// The server, as the client sees it.
    pub(super) fn peer(&self) -> Client<Peer> {
        self.client.peer()
    }

    /// Carries messages from one end to the other, as long as there are any.
    fn carry(&mut self, task: &mut Context<'_>) {
        let Connection {
            server,
            client,
            messages,
        } = self;
        while hand_over(client, server, messages, task) | hand_over(server, client, messages, task)
        {
        }
    }

    /// Runs both ends until this is done.
    pub(super) async fn run<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|task| {
            loop {
                if let Poll::Ready(output) = work.as_mut().poll(task) {
                    // A notification is done when it can be written.
                    self.carry(task);
                    return Poll::Ready(output);
                }
                if !self.carry_some(task) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Whether messages were carried, so that the call's task should look again.
    fn carry_some(&mut self, task: &mut Context<'_>) -> bool {
        let before = self.client.received();
        self.carry(task);
        self.client.received() != before
    }
}

/// Hands over the messages that one end wants to be written. False if there are none.
fn hand_over(
    from: &mut Session,
    to: &mut Session,
    messages: &mut VecDeque<Bytes>,
    task: &mut Context<'_>,
) -> bool {
    let has_any = from.poll_outgoing(task, messages).is_ready();
    for message in messages.drain(..) {
        to.receive(message, task);
    }
    has_any
}

/// The messages of a stream, whose reader runs both ends of the connection.
pub(super) struct Messages {
    stream: TransportStream,
    connection: Connection,
}

impl Messages {
    pub(super) fn new(stream: TransportStream, connection: Connection) -> Self {
        Messages { stream, connection }
    }
}

impl Stream for Messages {
    type Item = Result<StreamMessage, TransportFailure>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Poll::Ready(message) = self.stream.poll_next_unpin(task) {
                return Poll::Ready(message);
            }
            if !self.connection.carry_some(task) {
                return Poll::Pending;
            }
        }
    }
}
