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
use rpc_core::{BoxTransport, Client, Excerpt, ProtocolError, RawValue, Transport, TransportError};

use crate::failure::{Failure, Result};
use crate::settings::Settings;
use crate::terminal::{self, Terminal, write_in_background};

/// How many items are written at once, if they have come already.
const AT_ONCE: usize = 1024;

/// How many characters of an item an error shows.
const SHOWN_ITEM: usize = 200;

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

    /// A client whose calls may be answered by a stream. They print its items, and then complete as any call does. So a call runs
    /// once, and nobody has to know what kind of method it calls.
    pub(crate) fn client(
        &self,
        client: Client<BoxTransport>,
        settings: &Settings,
    ) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        let transport = Printing {
            client,
            items: self.clone(),
        };
        let client = Client::with_ids(transport, move || ids.next_id()).boxed();
        match settings.tolerant.value {
            true => client.tolerant(),
            false => client,
        }
    }

    /// Whether the answer is a stream, of which some items may have been printed.
    pub(crate) fn have_begun(&self) -> bool {
        self.0.have_begun.load(Ordering::Relaxed)
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
            let Some(messages) = messages else {
                return Err(ProtocolError::StreamCut.into());
            };
            let (mut items, mut end) = (Vec::new(), None);
            for message in messages {
                match message.and_then(read_item) {
                    Ok(Message::Opened) => self.items.begin(),
                    Ok(Message::Item(item)) => items.push(item),
                    Ok(Message::End(reply)) => end = Some(Ok(reply)),
                    Err(failure) => end = Some(Err(failure)),
                }
            }
            if !items.is_empty() {
                self.items.begin();
                self.items.print(items).await?;
            }
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn destination(&self) -> Option<Destination> {
        self.client.transport().destination()
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
            let read = serde_json::from_slice(&item);
            Message::Item(read.map_err(|error| ProtocolError::Item {
                reason: error.to_string(),
                excerpt: Excerpt::new(String::from_utf8_lossy(&item), SHOWN_ITEM).to_string(),
            })?)
        }
        StreamMessage::End(reply) => Message::End(reply),
        _ => Message::Opened,
    })
}
