//! [`Items`]: the items of a stream, on stdout as they come.

use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use rpc_core::transport::{
    Destination, StreamMessage, TransportFailure, TransportReply, TransportRequest,
};
use rpc_core::{
    BoxTransport, CallError, Client, Excerpt, ProtocolError, RawValue, Transport, TransportError,
};

use crate::failure::{Failure, Result};
use crate::settings::{JsonRpc, Scheme, Settings};
use crate::terminal::{self, Terminal, write_in_background};

/// How many items are written at once, if they have come already.
const AT_ONCE: usize = 1024;

/// How many characters of an item an error shows.
const SHOWN_ITEM: usize = 200;

const NO_STREAMS: &str =
    "--idle-timeout: rpc reads no streams over ZeroMQ, and none in JSON-RPC 1.0";

/// What became of a call whose answer may be a stream. A clone is the same.
#[derive(Clone)]
pub(crate) struct Items(Arc<State>);

struct State {
    terminal: Terminal,
    /// How long the stream may be silent.
    idle_timeout: Option<Duration>,
    /// Whether the answer is a stream.
    have_begun: AtomicBool,
    /// Why an item could not be written.
    failure: Mutex<Option<Failure>>,
}

impl Items {
    pub(crate) fn new(terminal: Terminal, idle_timeout: Option<Duration>) -> Self {
        Items(Arc::new(State {
            terminal,
            idle_timeout,
            have_begun: AtomicBool::new(false),
            failure: Mutex::new(None),
        }))
    }

    /// A client whose calls may be answered by a stream. A call prints the items and then completes like any other call. So a call
    /// runs once, and its caller need not know whether the method streams.
    ///
    /// If the connection carries no streams, this is the client as it was, or an error if an idle timeout is set.
    pub(crate) fn client(
        &self,
        client: &Client<BoxTransport>,
        settings: &Settings,
    ) -> Result<Client<BoxTransport>> {
        let client = client.clone();
        if !may_stream(settings) {
            return match self.0.idle_timeout {
                None => Ok(client),
                Some(_) => Err(Failure::usage(NO_STREAMS)),
            };
        }
        let ids = settings.ids.value.source();
        let transport = Printing {
            client,
            items: self.clone(),
        };
        let client = Client::with_ids(transport, move || ids.next_id()).boxed();
        Ok(match settings.tolerant.value {
            true => client.tolerant(),
            false => client,
        })
    }

    /// Whether the answer is a stream, of which some items may have been printed.
    fn have_begun(&self) -> bool {
        self.0.have_begun.load(Ordering::Relaxed)
    }

    /// Whether a result says no more than that the stream has come to its end.
    pub(crate) fn are_all_of(&self, result: &RawValue) -> bool {
        self.have_begun() && result.get() == "null"
    }

    /// Once a stream has begun, a timeout is about its silence.
    pub(crate) fn with_silence_hint(&self, failure: Failure, error: &CallError) -> Failure {
        match self.have_begun() && error.is_timeout() {
            true => failure.with_hint("the stream was silent for longer than --idle-timeout"),
            false => failure,
        }
    }

    /// Why an item could not be written, if so.
    pub(crate) fn take_failure(&self) -> Option<Failure> {
        self.failure().take()
    }

    fn begin(&self) {
        self.0.have_begun.store(true, Ordering::Relaxed);
    }

    /// Prints items, each on a line.
    async fn print(&self, items: Vec<Box<RawValue>>) -> std::result::Result<(), TransportFailure> {
        let terminal = self.0.terminal;
        let written: Result = write_in_background(move || terminal.items(&items)).await;
        written.map_err(|failure| self.fail(failure))
    }

    fn fail(&self, failure: Failure) -> TransportFailure {
        *self.failure() = Some(failure);
        TransportError::message("the items can't be written").into()
    }

    fn failure(&self) -> MutexGuard<'_, Option<Failure>> {
        let failure = self.0.failure.lock();
        failure.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a method may answer with a stream.
fn may_stream(settings: &Settings) -> bool {
    let scheme = Scheme::of(&settings.url.value);
    settings.jsonrpc.value == JsonRpc::Two && scheme.is_some_and(Scheme::carries_streams)
}

/// Sends by another client's transport, and prints the items of streams.
struct Printing {
    client: Client<BoxTransport>,
    items: Items,
}

impl Transport for Printing {
    async fn send(
        &self,
        mut message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        if message.call.is_none() {
            return self.client.transport().send(message).await;
        }
        message.idle_timeout = self.items.0.idle_timeout;
        let stream = self.client.transport().open(message).await?;
        let mut chunks = stream.ready_chunks(AT_ONCE);
        let mut unread = pin!(terminal::unread());
        loop {
            let messages = tokio::select! {
                biased;
                messages = chunks.next() => messages,
                () = &mut unread, if self.items.have_begun() => {
                    let closed = io::ErrorKind::BrokenPipe.into();
                    return Err(self.items.fail(Failure::output(&closed)));
                }
            };
            let messages = messages.ok_or(ProtocolError::StreamCut)?;
            if let Some(end) = self.take(messages).await? {
                return Ok(end);
            }
        }
    }

    fn destination(&self) -> Option<Destination> {
        self.client.transport().destination()
    }
}

impl Printing {
    /// Prints the items in messages that came together. Returns the response, if it is among them.
    async fn take(
        &self,
        messages: Vec<std::result::Result<StreamMessage, TransportFailure>>,
    ) -> std::result::Result<Option<TransportReply>, TransportFailure> {
        let (mut items, mut end) = (Vec::new(), Ok(None));
        for message in messages {
            match message.and_then(read_item) {
                Ok(Message::Opened) => self.items.begin(),
                Ok(Message::Item(item)) => items.push(item),
                Ok(Message::End(reply)) => end = Ok(Some(reply)),
                Err(failure) => end = Err(failure),
            }
        }
        if !items.is_empty() {
            self.items.begin();
            self.items.print(items).await?;
        }
        end
    }
}

/// What a stream's server sends, with the items checked.
enum Message {
    Opened,
    Item(Box<RawValue>),
    End(TransportReply),
}

fn read_item(message: StreamMessage) -> std::result::Result<Message, TransportFailure> {
    Ok(match message {
        StreamMessage::Item(item) => {
            let read = item.parts().map(|(value, _cursor)| value.to_owned());
            let read = read.and_then(|value| RawValue::from_string(value).ok());
            Message::Item(read.ok_or_else(|| ProtocolError::Item {
                reason: "it is not JSON".to_owned(),
                excerpt: Excerpt::new(item.text(), SHOWN_ITEM).to_string(),
            })?)
        }
        StreamMessage::Opened => Message::Opened,
        StreamMessage::End(reply) => Message::End(reply),
        StreamMessage::Overflow(overflow) => {
            return Err(TransportError::new("the stream is incomplete", overflow).into());
        }
        _ => return Err(ProtocolError::StreamCut.into()),
    })
}
