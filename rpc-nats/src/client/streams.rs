//! [`open()`]: opens a stream. Its session then runs in a task of its own.

use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_nats::Message;
use bytes::Bytes;
use futures_util::Stream;
use rpc_core::DuplexLimits;
use rpc_core::Transport;
use rpc_core::session::{Session, SessionBuilder};
use rpc_core::transport::{
    StreamLog, StreamMessage, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_tokio::Tokio;
use tokio::time::Instant;

use super::calls::{Calls, handed_over, nats_headers, timeout_header};
use super::connection::Connection;
use super::error::NatsError;
use super::given_up::GivenUp;
use super::reply;
use crate::headers::{STREAM, WINDOW};
use crate::line::{Ended, Line, Way, beat_text, read_beat};
use crate::lines::Entered;

/// What a call has come to.
pub(super) enum Opened {
    Stream(Messages),
    /// It did not open a stream.
    Reply(TransportReply),
}

/// A call on its way, and the session that its stream will have.
struct Opening {
    session: Session,
    /// Completes when the session knows that the stream is open.
    stream: Pin<Box<dyn Future<Output = Result<TransportStream, TransportFailure>> + Send>>,
    body: Bytes,
}

/// Sends a call, and waits for its stream or its reply.
pub(super) async fn open(
    calls: &Calls,
    mut call: TransportRequest,
    deadline: Instant,
) -> Result<Opened, TransportFailure> {
    let mut headers = nats_headers(&call)?;
    let subject = calls.subject_of(&call.body);
    let id = call.call.clone().filter(|_| calls.settings().cancels);
    if let Some(progress) = call.progress.take() {
        progress.connecting();
        progress.sending();
    }
    let (connection, _permit) = calls.turn(deadline, call.fails_fast).await?;
    let left = deadline.saturating_duration_since(Instant::now());
    let (name, value) = timeout_header(deadline);
    headers.insert(name, value);
    headers.insert(STREAM, beat_text(calls.settings().heartbeat));
    headers.insert(WINDOW, DuplexLimits::default().window.to_string());
    let opening = Opening::begin(call, left).await?;
    let mut entered = connection.enter_stream().map_err(NatsError::into_failure)?;
    let back = connection.stream_subject(&entered.name);
    // Before it is handed over: a connection that is lost at the same moment counts.
    let epoch = connection.epoch();
    let published = connection.nats.publish_with_reply_and_headers(
        subject,
        back.clone(),
        headers,
        opening.body.clone(),
    );
    if let Err(error) = handed_over(deadline, published).await? {
        let limit = connection.nats.max_payload();
        return reply::not_sent(error, limit, false).map(Opened::Reply);
    }
    let given_up = GivenUp::new(calls.base(), &connection.nats, id, || back.clone());
    let first = Box::pin(entered.next());
    // If it does not come in time, the worker may just be opening the stream, and is told.
    let first = calls.arrival(&connection, first, epoch, deadline).await?;
    given_up.disarm();
    let first = first.ok_or_else(|| NatsError::Lost.into_failure())?;
    let Some(their_beat) = beat_of(&first) else {
        let reply = reply::read(first, true, calls.settings().max_reply);
        return reply.map(Opened::Reply);
    };
    let to =
        worker_subject(&first).ok_or_else(|| lost("it has no place for its client's messages"))?;
    let line = Line {
        nats: connection.nats.clone(),
        way: Way::ToWorker { to, back },
        sent: 0,
        received: 0,
        beat: calls.settings().heartbeat,
        their_beat,
        headers: None,
    };
    opening
        .go_on(line, first, entered, connection, epoch)
        .await
        .map(Opened::Stream)
}

impl Opening {
    async fn begin(mut call: TransportRequest, left: Duration) -> Result<Self, TransportFailure> {
        (call.timeout, call.time_left) = (Some(left), None);
        let mut session = SessionBuilder::new().runtime(Tokio).build();
        let peer = session.peer();
        let mut stream: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(async move { peer.transport().open(call).await });
        let mut messages = VecDeque::new();
        let begun = poll_fn(|task| match stream.as_mut().poll(task) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending => session.poll_outgoing(task, &mut messages).map(|()| None),
        });
        if let Some(Err(failure)) = begun.await {
            return Err(failure);
        }
        // Before it comes `$/window`, which is sent as a header instead.
        let body = messages.pop_back().unwrap_or_default();
        Ok(Opening {
            session,
            stream,
            body,
        })
    }

    /// Lets the stream run, whose first message has come.
    async fn go_on(
        self,
        mut line: Line,
        first: Message,
        mut entered: Entered,
        connection: Arc<Connection>,
        epoch: u64,
    ) -> Result<Messages, TransportFailure> {
        let Opening {
            mut session,
            stream,
            ..
        } = self;
        if let Err(ended) = line.receive(first, &mut session).await {
            return Err(lost(reason(ended)));
        }
        let ended = Arc::new(OnceLock::new());
        let told = Arc::clone(&ended);
        tokio::spawn(async move {
            let is_lost = async {
                while !connection.is_lost_since(epoch) {
                    connection.next_look().await;
                }
            };
            let ended = line
                .run(&mut session, &mut entered, pending(), is_lost)
                .await;
            // Before the session says that it is closed.
            let _first = told.set(ended);
            tracing::debug!(?ended, "a stream has ended");
        });
        Ok(Messages {
            messages: stream.await?,
            ended,
            log: StreamLog::default(),
        })
    }
}

/// How often a worker says something on the stream that it has opened; `None` if this message opens none.
fn beat_of(first: &Message) -> Option<Duration> {
    read_beat(first.headers.as_ref()?.get(STREAM)?.as_str())
}

/// Where a worker takes messages about a stream: the reply subject of its own messages, without their numbers.
fn worker_subject(first: &Message) -> Option<String> {
    let (subject, _number) = first.reply.as_ref()?.rsplit_once('.')?;
    Some(subject.to_owned())
}

/// What a stream's worker says.
pub(super) struct Messages {
    messages: TransportStream,
    /// How the connection of its session has ended.
    ended: Arc<OnceLock<Ended>>,
    log: StreamLog,
}

impl Messages {
    pub(super) fn logged(mut self, log: StreamLog) -> Self {
        self.log = log;
        self
    }

    pub(super) fn stop(&mut self) {
        self.messages.stop();
    }

    /// The session knows only that its connection is closed.
    fn failure(&self, failure: TransportFailure) -> TransportFailure {
        match (self.ended.get(), failure) {
            (Some(Ended::Closed), TransportFailure::Error(_)) => {
                NatsError::Lost.into_failure().into()
            }
            (Some(ended), TransportFailure::Error(_)) => lost(reason(*ended)),
            (_, failure) => failure,
        }
    }
}

impl Stream for Messages {
    type Item = Result<StreamMessage, TransportFailure>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let message = ready!(Pin::new(&mut self.messages).poll_next(task));
        let message = message.map(|message| message.map_err(|failure| self.failure(failure)));
        message.iter().for_each(|message| self.log.note(message));
        Poll::Ready(message)
    }
}

fn reason(ended: Ended) -> &'static str {
    match ended {
        Ended::Done => "the stream is over",
        Ended::Gone => "its worker has gone",
        Ended::Gap => "a message of it is lost",
        Ended::Silent => "its worker has been silent for too long",
        Ended::Closed => "the connection to NATS was lost",
        Ended::Unsendable => "a message to its worker can't be sent",
    }
}

fn lost(reason: &'static str) -> TransportFailure {
    NatsError::StreamLost { reason }.into_failure().into()
}
