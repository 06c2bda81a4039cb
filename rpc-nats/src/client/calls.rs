//! [`Calls`]: sends messages to the workers of a service, and waits for their replies.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_nats::{HeaderMap, HeaderName, HeaderValue, PublishErrorKind, Subject};
use bytes::Bytes;
use rpc_core::transport::{
    Progress, TransportFailure, TransportReply, TransportRequest, timeout_milliseconds,
};
use rpc_core::{Id, TimeoutError, wire};
use rpc_tokio::{Permit, Permits};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::connection::{Connection, LOOK};
use super::error::NatsError;
use super::given_up::GivenUp;
use super::reply;
use super::source::Source;
use crate::headers;
use crate::subject::Base;

/// The header with the time that is left, without a copy of its name for each call.
const TIMEOUT: HeaderName = HeaderName::from_static("rpc-timeout-ms");

/// Sends messages to the workers of a service, and waits for their replies. A clone shares the connection.
#[derive(Debug, Clone)]
pub(super) struct Calls(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    base: Base,
    source: Source,
    settings: Settings,
    permits: Permits,
}

/// What holds for every call.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) timeout: Duration,
    pub(super) max_in_flight: usize,
    pub(super) max_reply: usize,
    /// How long a reply may still come after the connection was lost.
    pub(super) loss_timeout: Duration,
    /// Whether notifications are done once they are handed over.
    pub(super) publishes_notifications: bool,
    /// Whether workers are told of calls that have been given up.
    pub(super) cancels: bool,
    /// How long this end of a stream says nothing at most.
    pub(super) heartbeat: Duration,
}

/// A message as NATS carries it.
struct Outgoing {
    subject: Subject,
    headers: HeaderMap,
    body: Bytes,
    expects_reply: bool,
    /// The id of a call that is cancelled if it is given up.
    call: Option<Id>,
}

impl Calls {
    pub(super) fn new(base: Base, source: Source, settings: Settings) -> Self {
        Calls(Arc::new(Shared {
            base,
            source,
            permits: Permits::new(settings.max_in_flight),
            settings,
        }))
    }

    /// The subject of the service.
    pub(super) fn subject(&self) -> &str {
        self.0.base.as_str()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) async fn exchange(
        &self,
        message: TransportRequest,
        deadline: Instant,
    ) -> Result<TransportReply, TransportFailure> {
        let progress = message.progress.clone();
        if let Some(progress) = &progress {
            progress.connecting();
        }
        let fails_fast = message.fails_fast;
        let outgoing = self.outgoing(message)?;
        let (connection, _permit) = self.turn(deadline, fails_fast).await?;
        self.send(&connection, outgoing, deadline, progress).await
    }

    /// Waits for a call's turn, and for a connection. If `fails_fast`, one that has been lost is an error.
    pub(super) async fn turn(
        &self,
        deadline: Instant,
        fails_fast: bool,
    ) -> Result<(Arc<Connection>, Permit), TransportFailure> {
        // Waiting is boxed, since it takes more room than everything else that a call keeps.
        let permit = match self.0.permits.try_acquire() {
            Some(permit) => permit,
            None => Box::pin(timeout_at(deadline, self.0.permits.acquire()))
                .await
                .map_err(|_elapsed| TimeoutError::Turn)?,
        };
        let connection = match self.0.source.connected() {
            Some(connection) => connection,
            None => Box::pin(timeout_at(deadline, self.connected(fails_fast)))
                .await
                .map_err(|_elapsed| TimeoutError::Connect)??,
        };
        Ok((connection, permit))
    }

    pub(super) fn deadline_of(&self, message: &TransportRequest) -> Instant {
        let timeout = message.timeout_or(self.settings().timeout);
        let now = Instant::now();
        // A time that no clock can tell is for ever.
        let for_ever = || now + Duration::from_secs(86_400 * 365);
        now.checked_add(timeout).unwrap_or_else(for_ever)
    }

    /// A connection that is there now. If `fails_fast`, one that has been lost is an error.
    async fn connected(&self, fails_fast: bool) -> Result<Arc<Connection>, TransportFailure> {
        let connection = self.0.source.connection().await;
        let connection = connection.map_err(NatsError::into_failure)?;
        if fails_fast && connection.is_lost() {
            return Err(NatsError::NotConnected.into_failure().into());
        }
        let connected = connection.connected().await;
        connected.map_err(NatsError::into_failure)?;
        Ok(connection)
    }

    /// The message for its method's subject, or for the subject of the service.
    fn outgoing(&self, message: TransportRequest) -> Result<Outgoing, TransportFailure> {
        Ok(Outgoing {
            subject: self.subject_of(&message.body),
            headers: nats_headers(&message)?,
            body: message.body.into(),
            expects_reply: message.expects_reply,
            call: message.call.filter(|_| self.settings().cancels),
        })
    }

    pub(super) fn subject_of(&self, message: &[u8]) -> Subject {
        let base = &self.0.base;
        let method = wire::method_of(message);
        let subject = method.and_then(|method| base.of_method(&method));
        subject.unwrap_or_else(|| base.as_str().into())
    }

    pub(super) fn base(&self) -> &Base {
        &self.0.base
    }

    async fn send(
        &self,
        connection: &Connection,
        mut message: Outgoing,
        deadline: Instant,
        progress: Option<Progress>,
    ) -> Result<TransportReply, TransportFailure> {
        let (name, left) = timeout_header(deadline);
        message.headers.insert(name, left);
        if let Some(progress) = progress {
            progress.sending();
        }
        let nats = &connection.nats;
        let Outgoing {
            subject,
            headers,
            body,
            expects_reply,
            call: id,
        } = message;
        let is_batch = body.starts_with(b"[");
        if !expects_reply && self.settings().publishes_notifications {
            let published = nats.publish_with_headers(subject, headers, body);
            return match handed_over(deadline, published).await? {
                Ok(()) => Ok(TransportReply::new(Bytes::new())),
                Err(error) => reply::not_sent(error, nats.max_payload(), false),
            };
        }
        let mut call = connection.enter().map_err(NatsError::into_failure)?;
        // Before it is handed over: a connection that is lost at the same moment counts.
        let epoch = connection.epoch();
        let number = call.number();
        let inbox = connection.reply_subject(number);
        let published = nats.publish_with_reply_and_headers(subject, inbox, headers, body);
        if let Err(error) = handed_over(deadline, published).await? {
            let is_batch = is_batch && expects_reply;
            return reply::not_sent(error, nats.max_payload(), is_batch);
        }
        let given_up = GivenUp::new(&self.0.base, nats, id, || connection.reply_subject(number));
        let reply = pin!(call.reply());
        let arrived = self.arrival(connection, reply, epoch, deadline).await;
        given_up.disarm();
        let message = arrived?.ok_or_else(|| NatsError::Lost.into_failure())?;
        reply::read(message, expects_reply, self.settings().max_reply)
    }

    /// Waits for a message of the worker. After the connection was lost, it may still come, but not for long: the worker may have
    /// sent it meanwhile.
    pub(super) async fn arrival<M>(
        &self,
        connection: &Connection,
        mut message: impl Future<Output = M> + Unpin,
        epoch: u64,
        deadline: Instant,
    ) -> Result<M, TransportFailure> {
        let mut given_up_at = None;
        loop {
            tokio::select! {
                biased;
                message = &mut message => return Ok(message),
                () = next_look(connection, given_up_at.unwrap_or(deadline).min(deadline)) => {}
            }
            let now = Instant::now();
            if now >= deadline {
                return Err(TimeoutError::Reply.into());
            }
            match given_up_at {
                Some(_over) => return Err(NatsError::Lost.into_failure().into()),
                None if connection.is_lost_since(epoch) => {
                    given_up_at = Some(now + self.settings().loss_timeout);
                }
                None => {}
            }
        }
    }
}

/// The headers of a message, as NATS carries them.
pub(super) fn nats_headers(message: &TransportRequest) -> Result<HeaderMap, TransportFailure> {
    let headers = headers::to_nats(&message.headers);
    Ok(headers.map_err(|name| NatsError::Header(name).into_failure())?)
}

/// Waits until it is time to look at the connection again, but not beyond a point in time.
async fn next_look(connection: &Connection, last: Instant) {
    // Those whose time is over before the next look but one have a timer of their own.
    match last.saturating_duration_since(Instant::now()) > 2 * LOOK {
        true => connection.next_look().await,
        false => sleep_until(last.min(Instant::now() + LOOK)).await,
    }
}

/// Waits until async-nats has taken a message. If it does not in time, or this is dropped before, the message is not sent.
pub(super) async fn handed_over(
    deadline: Instant,
    published: impl Future<Output = Result<(), async_nats::PublishError>>,
) -> Result<Result<(), PublishErrorKind>, TransportFailure> {
    let mut published = pin!(published);
    // It nearly always takes it at once, which needs no timer.
    let published = match poll_fn(|task| Poll::Ready(published.as_mut().poll(task))).await {
        Poll::Ready(published) => published,
        Poll::Pending => Box::pin(timeout_at(deadline, published))
            .await
            .map_err(|_elapsed| TimeoutError::Turn)?,
    };
    Ok(published.map_err(|error| error.kind()))
}

/// The time that is left, as the value of a header.
pub(super) fn timeout_header(deadline: Instant) -> (HeaderName, HeaderValue) {
    let left = deadline.saturating_duration_since(Instant::now());
    (TIMEOUT, HeaderValue::from(timeout_milliseconds(left)))
}
