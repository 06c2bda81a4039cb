//! [`Opening`]: what comes when a call opens a stream, and the stream's messages from then on.

use std::future::ready;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use rpc_core::transport::{
    Runtime, StreamMessage, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{Id, TransportError};
use rpc_tokio::Tokio;
use rpc_tokio::client::within;

use super::defaults::STREAM_END;
use super::log::Logged;
use super::reply::{Pieces, ReplyHead, too_large};
use super::sse::Events;

/// What comes when a call opens a stream.
pub(crate) enum Opening<P> {
    /// The stream is open. Its messages are in this body.
    Stream(P),
    /// The reply is not a stream.
    Reply(TransportReply),
}

impl<P: Pieces + 'static> Opening<P> {
    /// Reads the reply, if it is not a stream.
    pub(crate) async fn read(
        head: Option<ReplyHead>,
        mut body: P,
        max_reply: usize,
    ) -> Result<Self, TransportFailure> {
        Ok(match head {
            None => Opening::Stream(body),
            Some(head) => Opening::Reply(head.read(&mut body, max_reply).await?),
        })
    }
}

/// Whether a response is a stream of events.
pub(crate) fn is_event_stream(status: StatusCode, headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let essence = content_type.and_then(|it| it.split(';').next());
    status.is_success()
        && essence.is_some_and(|it| it.trim().eq_ignore_ascii_case("text/event-stream"))
        && !headers.contains_key(CONTENT_ENCODING)
}

/// A call that opens a stream.
pub(crate) struct StreamCall {
    id: Id,
    idle_timeout: Option<Duration>,
    max_reply: usize,
}

impl StreamCall {
    /// Takes from a request what its stream needs, and has it ask for events.
    pub(crate) fn prepare(
        request: &mut TransportRequest,
        max_reply: usize,
    ) -> Result<Self, TransportFailure> {
        if request.unsubscribe.is_some() {
            let error = TransportError::message(
                "a subscription needs a connection in both directions, such as a WebSocket",
            );
            return Err(error.not_run().with_retryable(false).into());
        }
        // What fails before the stream is open is a reply like any other.
        let events = HeaderValue::from_static("text/event-stream, application/json");
        request.headers.insert(ACCEPT, events);
        let Some(id) = request.call.take() else {
            let error = TransportError::message("only a call can open a stream");
            return Err(error.not_run().with_retryable(false).into());
        };
        Ok(StreamCall {
            id,
            idle_timeout: request.idle_timeout,
            max_reply,
        })
    }

    /// The stream of what has come.
    pub(crate) fn stream<P: Pieces + 'static>(
        self,
        opening: Result<Opening<P>, TransportFailure>,
        mut log: Logged,
    ) -> Result<TransportStream, TransportFailure> {
        let reply = match opening {
            Ok(Opening::Stream(pieces)) => {
                log.opened();
                let events = Events::new(self.max_reply);
                let messages = Messages {
                    pieces,
                    events,
                    call: self,
                    log,
                };
                return Ok(messages.into_stream());
            }
            Ok(Opening::Reply(reply)) => Ok(reply),
            Err(failure) => Err(failure),
        };
        log.end(&reply);
        let end = Ok(StreamMessage::End(reply?));
        Ok(TransportStream::new(stream::iter([end])))
    }
}

/// The messages of a stream that is open.
struct Messages<P> {
    pieces: P,
    events: Events,
    call: StreamCall,
    log: Logged,
}

impl<P: Pieces + 'static> Messages<P> {
    fn into_stream(self) -> TransportStream {
        let opened = stream::once(ready(Ok(StreamMessage::Opened)));
        let messages = stream::unfold(Some(self), |messages| async {
            let mut messages = messages?;
            Some(match messages.next_in_time().await {
                Ok(StreamMessage::End(reply)) => (Ok(messages.end(reply)), None),
                Ok(message) => {
                    messages.log.item();
                    (Ok(message), Some(messages))
                }
                Err(failure) => (Err(messages.fail(failure)), None),
            })
        });
        TransportStream::new(opened.chain(messages))
    }

    async fn next_in_time(&mut self) -> Result<StreamMessage, TransportFailure> {
        match self.call.idle_timeout {
            None => self.next().await,
            Some(limit) => within(limit, self.next()).await,
        }
    }

    async fn next(&mut self) -> Result<StreamMessage, TransportFailure> {
        loop {
            let limit = self.call.max_reply;
            while let Some(data) = self.events.next().map_err(|_| too_large(limit))? {
                if let Some(message) = StreamMessage::read(&data, &self.call.id) {
                    return Ok(message);
                }
            }
            match self.pieces.next().await? {
                Some(piece) => self.events.push(piece),
                None => return Err(cut()),
            }
        }
    }

    /// Ends, and lets the connection be used again if the response ends soon, too.
    fn end(self, reply: TransportReply) -> StreamMessage {
        let mut pieces = self.pieces;
        self.log.end(&Ok(reply.clone()));
        Tokio.spawn(async move {
            let _ended = within(STREAM_END, pieces.next()).await;
        });
        StreamMessage::End(reply)
    }

    fn fail(self, failure: TransportFailure) -> TransportFailure {
        self.log.end(&Err(failure.clone()));
        failure
    }
}

/// The response has ended, and the call has not been answered.
fn cut() -> TransportFailure {
    TransportError::message("the stream broke off before its end").into()
}
