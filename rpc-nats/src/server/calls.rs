//! [`Calls`]: messages are accepted or refused, handled and answered.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use async_nats::{Message, Subject};
use bytes::Bytes;
use http::{Extensions, HeaderMap};
use rpc_core::message_log::ServerExchange;
use rpc_core::session::{Opened, Session, SessionBuilder};
use rpc_core::transport::Reply;
use rpc_core::{RequestMetadata, Runtime, Server, Service, wire};
use rpc_tokio::server::{Origin, Values};
use rpc_tokio::{Permit, Permits, Tokio};
use tokio::sync::mpsc;

use super::cancels::{Cancellable, Cancels};
use super::kept::Published;
use super::queue::Age;
use super::refusal::Refusal;
use super::replies::{Replies, cancelled, error_text, refused};
use super::stats::Stats;
use super::streams::{Offer, OpenStream, Streams};
use crate::headers;
use crate::subject::{Base, Place};

/// What all messages have in common.
pub(super) struct Calls<S> {
    pub(super) server: Server<S>,
    /// Sets up the session of a stream.
    pub(super) sessions: SessionBuilder,
    pub(super) base: Base,
    pub(super) replies: Replies,
    pub(super) values: Values,
    pub(super) in_flight: Permits,
    pub(super) streams: Streams,
    pub(super) cancels: Cancels,
    pub(super) stats: Arc<Stats>,
}

/// Lets a message be handled. It is returned when the reply has been handed over and everything that the message started is done.
#[derive(Debug, Clone)]
pub(super) struct CallPermit {
    of_call: Arc<OfCall>,
}

#[derive(Debug)]
struct OfCall {
    _permit: Permit,
    /// A worker that stops waits until nobody has one any more.
    running: mpsc::Sender<Infallible>,
}

impl CallPermit {
    fn new(permit: Permit, running: mpsc::Sender<Infallible>) -> Self {
        let of_call = OfCall {
            _permit: permit,
            running,
        };
        CallPermit {
            of_call: Arc::new(of_call),
        }
    }

    /// The same with another permit in place of this one.
    fn with(&self, permit: Permit) -> Self {
        CallPermit::new(permit, self.of_call.running.clone())
    }
}

/// What a message that may run has besides its bytes.
#[derive(Debug)]
pub(super) struct Accepted {
    metadata: RequestMetadata,
    pub(super) age: Age,
    offers_stream: bool,
    permit: CallPermit,
    /// It is there if the message may be cancelled before it has its turn.
    cancellable: Option<Cancellable>,
}

impl<S: Service> Calls<S> {
    /// Accepts a message, or refuses it at once. NATS does not look at how busy a worker is, so a message that waited here would
    /// wait while other workers are idle.
    pub(super) fn accept(
        &self,
        message: &Message,
        running: &mpsc::Sender<Infallible>,
    ) -> Result<Accepted, Refusal> {
        let Some(permit) = self.in_flight.try_acquire() else {
            return Err(Refusal::Busy);
        };
        // Only now, since many headers take a while.
        let headers = headers::from_nats(message.headers.as_ref());
        let permit = CallPermit::new(permit, running.clone());
        let age = Age::new(Tokio.now(), headers.timeout);
        let origin = self.origin(permit.clone(), age.deadline);
        Ok(Accepted {
            age,
            cancellable: None,
            offers_stream: headers.offers_stream,
            metadata: RequestMetadata::attached(headers.map, Extensions::new(), origin),
            permit,
        })
    }

    fn origin(&self, permit: CallPermit, deadline: Option<Instant>) -> Origin<CallPermit> {
        Origin::new(permit)
            .values(self.values.clone())
            .until(deadline)
    }

    /// Lets a message be cancelled while it waits for its turn.
    pub(super) fn let_cancel(&self, message: &Message, accepted: &mut Accepted) {
        accepted.cancellable = message.reply.as_ref().map(|it| self.cancels.enter(it));
    }

    /// The answer to a message of which nothing runs; `None` if it wants none.
    pub(super) fn refused(&self, message: &Message, refusal: Refusal) -> Option<Published> {
        let method = self.method(message);
        let counter = self.stats.of(method);
        counter.count(Duration::ZERO);
        counter.count_error(refusal.reason());
        let Some(reply) = &message.reply else {
            let reason = refusal.reason();
            tracing::debug!(reason, "a message was dropped that wants no reply");
            return None;
        };
        let method = method.unwrap_or_default();
        Some(refused(reply, &message.payload, refusal, method))
    }

    #[cold]
    fn refuse(
        &self,
        message: &Message,
        refusal: Refusal,
    ) -> Pin<Box<dyn Future<Output = Option<Box<OpenStream>>> + Send + '_>> {
        let refused = self.refused(message, refusal);
        Box::pin(async move {
            if let Some(refused) = refused {
                self.replies.refuse(refused).await;
            }
            None
        })
    }

    /// Handles a message, and answers it. It is polled for the first time when it is the message's turn.
    #[allow(
        clippy::manual_async_fn,
        reason = "an `async` function would keep room for the message twice"
    )]
    pub(super) fn answer(
        self: Arc<Self>,
        message: Message,
        accepted: Accepted,
    ) -> impl Future<Output = ()> + Send {
        async move {
            if let Some(stream) = self.answer_to(&message, accepted).await {
                drop(message); // which would keep everything else that was read with it
                Box::pin(self.streams.run(*stream)).await;
            }
        }
    }

    /// Answers a message, or opens the stream that it asks for.
    async fn answer_to(
        &self,
        message: &Message,
        mut accepted: Accepted,
    ) -> Option<Box<OpenStream>> {
        let begun = Tokio.now();
        // It was over when it came, or others have kept the processor busy since.
        if accepted.age.is_over(begun) {
            return self.refuse(message, Refusal::Expired).await;
        }
        if let Some(cancellable) = &mut accepted.cancellable
            && is_single_call(&message.payload)
            && cancellable.is_cancelled()
        {
            return self.answer_cancelled(message, begun).await;
        }
        let body = match self.runnable(message) {
            Ok(body) => body,
            Err(refusal) => return self.refuse(message, refusal).await,
        };
        if accepted.offers_stream
            && let Some(offer) = Offer::read(accepted.metadata.headers())
            && let Some(to) = &message.reply
            && self.server.opens_stream(body)
        {
            return Box::pin(self.open(message, to, offer, accepted)).await;
        }
        let Accepted {
            metadata,
            permit,
            cancellable,
            ..
        } = accepted;
        let log = ServerExchange::is_wanted().then(|| self.log(message, metadata.headers()));
        let handled = self.server.handle(body, metadata);
        let handled = self.unless_cancelled(handled, message, cancellable);
        let Some(reply) = handled.await else {
            drop(log); // which notes that the call was given up
            return self.answer_cancelled(message, begun).await;
        };
        if let Some(log) = log {
            log.end(reply.as_ref().map(Reply::body), None);
        }
        self.send(message, reply, begun).await;
        drop(permit);
        None
    }

    /// Counts a message, and answers it.
    async fn send(&self, message: &Message, reply: Option<Reply>, begun: Instant) {
        let error = reply.as_ref().and_then(error_text);
        let counter = self.stats.of(self.method(message));
        counter.count(Tokio.now().saturating_duration_since(begun));
        if let Some(error) = &error {
            counter.count_error(error);
        }
        if let Some(to) = message.reply.clone() {
            let reply = self
                .replies
                .send(to, &message.payload, reply, error.as_deref());
            reply.await;
        }
    }

    /// What a call comes to; `None` if its client cancels it. Only a single call can be cancelled: notifications run to their
    /// end.
    async fn unless_cancelled<T>(
        &self,
        handled: impl Future<Output = T>,
        message: &Message,
        cancellable: Option<Cancellable>,
    ) -> Option<T> {
        let mut handled = pin!(handled);
        // Most calls never wait, and don't need to be found.
        let first = poll_fn(|task| Poll::Ready(handled.as_mut().poll(task))).await;
        let call = match (first, &message.reply) {
            (Poll::Ready(reply), _) => return Some(reply),
            (Poll::Pending, Some(call)) => call,
            (Poll::Pending, None) => return Some(handled.await),
        };
        let mut cancellable = cancellable.unwrap_or_else(|| self.cancels.enter(call));
        tokio::select! {
            biased;
            reply = &mut handled => return Some(reply),
            () = cancellable.cancelled() => {}
        }
        match is_single_call(&message.payload) {
            true => None,
            false => Some(handled.await),
        }
    }

    #[cold]
    fn answer_cancelled(
        &self,
        message: &Message,
        begun: Instant,
    ) -> Pin<Box<dyn Future<Output = Option<Box<OpenStream>>> + Send + '_>> {
        let counter = self.stats.of(self.method(message));
        counter.count(Tokio.now().saturating_duration_since(begun));
        counter.count_error("cancelled");
        let to = message.reply.as_ref();
        let answer = to.map(|to| cancelled(to, &message.payload));
        Box::pin(async move {
            if let Some(answer) = answer {
                self.replies.refuse(answer).await;
            }
            None
        })
    }

    /// Opens a stream.
    async fn open(
        &self,
        message: &Message,
        to: &Subject,
        offer: Offer,
        mut accepted: Accepted,
    ) -> Option<Box<OpenStream>> {
        let begun = Tokio.now();
        let Some(of_stream) = self.streams.permit() else {
            return self.refuse(message, Refusal::Crowded).await;
        };
        // Copies, since parts of what was read would keep all of it for as long as the stream is open.
        let to = Subject::from(to.as_str());
        let call = Bytes::copy_from_slice(&message.payload);
        let cancellable = accepted.cancellable.take();
        let mut cancellable = cancellable.unwrap_or_else(|| self.cancels.enter(&to));
        let mut session = self.session(message, &accepted, of_stream);
        if let Some(window) = offer.window {
            session.grant(&call, window);
        }
        let opened = tokio::select! {
            biased;
            opened = session.open(call.clone()) => opened,
            () = cancellable.cancelled() => return self.answer_cancelled(message, begun).await,
        };
        // From now on it counts as a stream only.
        drop(accepted);
        match opened {
            Opened::No(reply) => {
                self.send(message, reply, begun).await;
                None
            }
            Opened::Stream(of_call) => {
                let took = Tokio.now().saturating_duration_since(begun);
                self.stats.of(self.method(message)).count(took);
                Some(Box::new(OpenStream {
                    session,
                    to,
                    call,
                    offer,
                    of_call,
                    cancellable,
                }))
            }
        }
    }

    fn session(&self, message: &Message, accepted: &Accepted, of_stream: Permit) -> Session {
        let origin = self.origin(accepted.permit.with(of_stream), accepted.age.deadline);
        let headers = accepted.metadata.headers().clone();
        let session = self.sessions.clone().endpoint(&message.subject);
        session.build_with(headers, Extensions::new(), origin)
    }

    /// The bytes to be handled: the message, if it may run where it came to. The subject of a method runs calls of this method
    /// only, so that permissions for subjects are permissions for methods.
    fn runnable<'a>(&self, message: &'a Message) -> Result<&'a [u8], Refusal> {
        let Place::Method(expected) = self.base.place(&message.subject) else {
            return Ok(&message.payload);
        };
        match wire::method_of(&message.payload) {
            Some(method) if method == expected => Ok(&message.payload),
            Some(_) => Err(Refusal::OtherMethod),
            None => match wire::Message::read(&message.payload) {
                // Not JSON either, and answered in the same way.
                wire::Message::NotJson => Ok(b""),
                _ => Err(Refusal::OtherMethod),
            },
        }
    }

    /// The method to whose subject a message came.
    fn method<'a>(&self, message: &'a Message) -> Option<&'a str> {
        match self.base.place(&message.subject) {
            Place::Method(method) => Some(method),
            Place::Base => None,
        }
    }

    #[cold]
    fn log(&self, message: &Message, headers: &HeaderMap) -> Box<ServerExchange> {
        let subject = message.subject.to_string();
        let secrets = |method: &str| self.server.secret_params(method);
        let headers = (!headers.is_empty()).then_some(headers);
        Box::new(ServerExchange::begin(
            &message.payload,
            subject,
            headers,
            secrets,
        ))
    }
}

fn is_single_call(message: &[u8]) -> bool {
    match wire::Message::read(message) {
        wire::Message::Single(envelope) => envelope.kind() == wire::Kind::Request,
        wire::Message::Batch(_) | wire::Message::NotJson => false,
    }
}
