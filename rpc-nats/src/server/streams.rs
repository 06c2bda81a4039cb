//! [`Streams`]: calls that open a stream, and what they say to their clients.

use std::sync::Arc;
use std::time::Duration;

use async_nats::{Client, HeaderMap, Subject, SubscribeError};
use bytes::Bytes;
use futures_util::StreamExt;
use http::HeaderMap as Headers;
use rpc_core::session::Session;
use rpc_tokio::{Permit, Permits};
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinHandle;

use super::cancels::Cancellable;
use crate::defaults::{CONTROL_MESSAGE, CONTROL_MESSAGES};
use crate::headers::{STREAM, WINDOW, to_nats};
use crate::line::{Line, Way, beat_text, read_beat};
use crate::lines::Lines;
use crate::subject::below;

/// What the streams of a worker have in common.
#[derive(Debug)]
pub(super) struct Streams {
    client: Client,
    /// Where clients say more about their streams. It is subscribed when the first stream opens.
    inbox: OnceCell<Inbox>,
    permits: Permits,
    beat: Duration,
    is_stopping: watch::Sender<bool>,
}

/// The subscription to what clients say about their streams.
#[derive(Debug)]
struct Inbox {
    /// Followed by a dot and the name of the stream, and a dot and the number of the message.
    subject: String,
    lines: Lines,
    reading: JoinHandle<()>,
}

/// A stream that is open.
pub(super) struct OpenStream {
    pub(super) session: Session,
    /// Where its client reads.
    pub(super) to: Subject,
    /// The call that has opened it.
    pub(super) call: Bytes,
    pub(super) offer: Offer,
    /// The headers that its method has set.
    pub(super) of_call: Option<Box<Headers>>,
    pub(super) cancellable: Cancellable,
}

/// What a client says about the stream that its call may open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offer {
    beat: Duration,
    pub(super) window: Option<u64>,
}

impl Offer {
    /// Reads it from the headers of a call.
    pub(super) fn read(headers: &Headers) -> Option<Offer> {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        Some(Offer {
            beat: text(STREAM).and_then(read_beat)?,
            window: text(WINDOW).and_then(|it| it.parse().ok()),
        })
    }
}

impl Streams {
    pub(super) fn new(client: Client, most: usize, beat: Duration) -> Self {
        Streams {
            client,
            inbox: OnceCell::new(),
            permits: Permits::new(most),
            beat,
            is_stopping: watch::Sender::new(false),
        }
    }

    /// Lets one more stream be open, if there is room.
    pub(super) fn permit(&self) -> Option<Permit> {
        self.permits.try_acquire()
    }

    /// All streams end, and so do those that open later.
    pub(super) fn stop(&self) {
        self.is_stopping.send_replace(true);
    }

    /// Carries a stream to its end, or until its client has cancelled it.
    pub(super) async fn run(&self, stream: OpenStream) {
        let OpenStream {
            mut session,
            to,
            call,
            offer,
            of_call,
            mut cancellable,
        } = stream;
        let inbox = self.inbox.get_or_try_init(|| Inbox::open(&self.client));
        let Ok(inbox) = inbox.await else {
            return; // the connection has been closed for good
        };
        let Some(mut entered) = inbox.lines.enter(self.unknown_name()) else {
            return; // never happens: the table is never closed
        };
        let back = below(&inbox.subject, &entered.name);
        let line = Line {
            nats: self.client.clone(),
            way: Way::ToClient { to, back, call },
            sent: 0,
            received: 0,
            beat: self.beat,
            their_beat: offer.beat,
            headers: Some(self.headers(of_call)),
        };
        let mut is_stopping = self.is_stopping.subscribe();
        let stop = async {
            // It is never dropped before.
            let _stopped = is_stopping.wait_for(|is_stopping| *is_stopping).await;
        };
        let cancelled = cancellable.cancelled();
        let ended = line.run(&mut session, &mut entered, stop, cancelled).await;
        tracing::debug!(?ended, "a stream has ended");
    }

    /// A name that nobody can guess, so that only its client can say something about a stream.
    fn unknown_name(&self) -> Arc<str> {
        let inbox = self.client.new_inbox();
        let (_prefix, name) = inbox.rsplit_once('.').unwrap_or(("", &inbox));
        name.into()
    }

    /// The headers of the first messages of a stream. `of_call` are those that its method has set.
    fn headers(&self, of_call: Option<Box<Headers>>) -> HeaderMap {
        let of_call = of_call.map(|headers| to_nats(&headers));
        let mut headers = match of_call {
            Some(Err(name)) => {
                tracing::warn!(%name, "a stream lost its headers: the value of one is not text");
                HeaderMap::new()
            }
            Some(Ok(headers)) => headers,
            None => HeaderMap::new(),
        };
        headers.insert(STREAM, beat_text(self.beat));
        headers
    }
}

impl Inbox {
    async fn open(client: &Client) -> Result<Inbox, SubscribeError> {
        let subject = client.new_inbox();
        let mut messages = client.subscribe(format!("{subject}.*.*")).await?;
        let lines = Lines::new(CONTROL_MESSAGES, |subject| subject.rsplit('.').nth(1));
        let to = lines.clone();
        let reading = tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                match message.payload.len() > CONTROL_MESSAGE {
                    true => to.cut(&message),
                    false => to.hand_out(message),
                }
            }
        });
        Ok(Inbox {
            subject,
            lines,
            reading,
        })
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.reading.abort();
    }
}
