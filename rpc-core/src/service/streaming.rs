//! [`Responder::stream`]: a method's stream, sent item by item.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Task, Poll, ready};

use futures_util::Stream;

use super::context::Context;
use super::outcome::{Outcome, Responder};
use super::subscription;
use crate::bounds::Writable;
use crate::contract::Method;
use crate::duplex::{Duplex, NotBegun};
use crate::error::{ErrorObject, code};
use crate::json::id::Id;
use crate::kind::ErrorKind;
use crate::params::ProgressToken;
use crate::tracked::Tracked;
use crate::wire::item;
use crate::wire::write::RESULT_HEAD;

/// How many items a stream sends before the others of its connection have their turn.
const TURN: usize = 32;

impl Responder {
    /// Drives a stream to its end, and sends its items. `send` passes each item to its [`ItemSender`]. An error ends the
    /// stream.
    ///
    /// A subscription is answered with its id before the stream is polled for the first time.
    ///
    /// The stream is polled only while there is room for another item: while less than 64 KiB wait to be written to the
    /// connection, and the client has room, if it says so. Over a transport that can't carry a stream, the outcome is error
    /// -33000.
    ///
    /// Nothing here depends on the type that is sent, so that the compiler reports one that can't be written only where it is
    /// passed to the sender.
    pub async fn stream<I>(
        mut self,
        cx: &Context,
        stream: impl Stream<Item = I> + Send,
        mut send: impl FnMut(I, ItemSender<'_, '_>) -> Result<(), Box<ErrorObject>> + Send,
    ) -> Outcome {
        let Some(mut items) = Items::of(cx, self.take_buffer()) else {
            return needs_duplex(cx).into();
        };
        match self.drive(&mut items, stream, &mut send).await {
            Ok(()) => self.value(()),
            Err(error) => (*error).into(),
        }
    }

    /// Like [`stream`](Self::stream), but the items carry this token. Without one, the outcome is the list of all items, as long as a
    /// reply may be. If `JOINS`, each item is a list that continues the last.
    ///
    /// A stream with a token ends with an empty list, since all of it has been sent by then.
    pub async fn stream_or_list<const JOINS: bool, I>(
        mut self,
        cx: &Context,
        token: Option<ProgressToken>,
        stream: impl Stream<Item = I> + Send,
        mut send: impl FnMut(I, ItemSender<'_, '_>) -> Result<(), Box<ErrorObject>> + Send,
    ) -> Outcome {
        let buffer = self.take_buffer();
        let items = match &token {
            None => Ok(Items::list(buffer, JOINS)),
            Some(token) => Items::named(cx, buffer, token.id()),
        };
        let mut items = match items {
            Ok(items) => items,
            Err(refusal) => return (*refusal).into(),
        };
        match self.drive(&mut items, stream, &mut send).await {
            Ok(()) => match items.into_list() {
                Some(list) => self.written(list),
                None => self.value::<[(); 0]>([]),
            },
            Err(error) => (*error).into(),
        }
    }

    async fn drive<I>(
        &mut self,
        items: &mut Items<'_>,
        stream: impl Stream<Item = I> + Send,
        send: &mut (impl FnMut(I, ItemSender<'_, '_>) -> Result<(), Box<ErrorObject>> + Send),
    ) -> Result<(), Box<ErrorObject>> {
        let mut stream = pin!(stream);
        poll_fn(|task| {
            // Others may have used the room in the meantime.
            items.has_room = false;
            for _ in 0..TURN {
                ready!(items.poll_room(task));
                let Some(item) = ready!(stream.as_mut().poll_next(task)) else {
                    return Poll::Ready(Ok(()));
                };
                let sender = ItemSender {
                    items: &mut *items,
                    responder: &mut *self,
                };
                if let Err(error) = send(item, sender) {
                    return Poll::Ready(Err(error));
                }
            }
            task.waker().wake_by_ref();
            Poll::Pending
        })
        .await
    }
}

/// Sends one item of a stream.
pub struct ItemSender<'a, 'call> {
    items: &'a mut Items<'call>,
    responder: &'a mut Responder,
}

impl fmt::Debug for ItemSender<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemSender").finish_non_exhaustive()
    }
}

impl ItemSender<'_, '_> {
    /// Sends an item.
    #[inline]
    pub fn value<T: Writable>(self, value: T) -> Result<(), Box<ErrorObject>> {
        self.items.send(self.responder, &value)
    }

    /// Sends an item, unless it is an error, which `into_object` converts.
    #[inline]
    pub fn value_or<T: Writable, E>(
        self,
        item: Result<T, E>,
        into_object: impl FnOnce(E) -> ErrorObject,
    ) -> Result<(), Box<ErrorObject>> {
        match item {
            Ok(value) => self.value(value),
            Err(error) => Err(Box::new(into_object(error))),
        }
    }

    /// Sends an item with its cursor.
    #[inline]
    pub fn tracked<C: Writable, T: Writable>(
        self,
        item: Tracked<C, T>,
    ) -> Result<(), Box<ErrorObject>> {
        self.items.send_tracked(self.responder, &item)
    }

    /// Sends an item with its cursor, unless it is an error, which `into_object` converts.
    #[inline]
    pub fn tracked_or<C: Writable, T: Writable, E>(
        self,
        item: Result<Tracked<C, T>, E>,
        into_object: impl FnOnce(E) -> ErrorObject,
    ) -> Result<(), Box<ErrorObject>> {
        match item {
            Ok(item) => self.tracked(item),
            Err(error) => Err(Box::new(into_object(error))),
        }
    }
}

/// The error for a method that streams or calls its client, over a transport that can't carry that.
#[cold]
pub(crate) fn needs_duplex(cx: &Context) -> ErrorObject {
    let calls_back = cx.method().is_some_and(|method| method.peer);
    let subscribes = cx
        .method()
        .is_some_and(|method| method.subscription_form().is_some());
    let message = match cx.metadata().stream_hint() {
        _ if calls_back => {
            "the method calls its client, which needs a connection in both directions".into()
        }
        _ if subscribes => {
            "the method opens a subscription, which needs a connection in both directions, such as a WebSocket".into()
        }
        Some(hint) => format!("the method returns a stream: {hint}"),
        None => "the method returns a stream, which this transport can't carry".into(),
    };
    ErrorObject::new(code::NEEDS_DUPLEX, message)
}

/// The error for a method that streams, in a batch.
#[cold]
pub(crate) fn stream_in_batch() -> ErrorObject {
    let message = "the method returns a stream, so it can't be called in a batch";
    ErrorObject::new(code::STREAM_IN_BATCH, message)
}

/// The answer to a call whose id another one has.
#[cold]
pub(crate) fn id_in_use(id: &Id) -> Outcome {
    let reason = format!("a call with the id {id} is in flight");
    ErrorObject::invalid_request().with_data(&reason).into()
}

/// The answer to a call or a stream that can't begin.
#[cold]
pub(crate) fn not_begun(id: &Id, reason: NotBegun) -> Outcome {
    match reason {
        NotBegun::IdInUse => id_in_use(id),
        NotBegun::TooManyStreams(limit) => {
            too_many_streams(format_args!("the limit is {limit} on one connection"))
        }
        NotBegun::TooManyStreamsInAll(limit) => {
            too_many_streams(format_args!("the limit is {limit} over all connections"))
        }
    }
}

fn too_many_streams(limit: fmt::Arguments<'_>) -> Outcome {
    let message = format!("too many streams; {limit}");
    ErrorObject::new(code::TOO_MANY_STREAMS, message)
        .with_kind(ErrorKind::TooMany)
        .into()
}

/// The connection of a call that streams, and where the connection keeps it.
fn stream_of(cx: &Context) -> Option<(&Duplex, usize)> {
    let duplex = cx.metadata().duplex()?;
    Some((&**duplex, duplex.stream(cx.id()?)?))
}

/// Whether the call's connection carries a stream for it.
pub(crate) fn is_begun(cx: &Context) -> bool {
    stream_of(cx).is_some()
}

/// Where the items of a stream go.
struct Items<'a> {
    to: Destination<'a>,
    /// The start of each item's message, and then the item; or the list so far.
    message: Vec<u8>,
    head: usize,
    /// The last item has left room for another one.
    has_room: bool,
}

enum Destination<'a> {
    /// To the connection, each in a message of its own.
    Connection {
        duplex: &'a Duplex,
        slot: usize,
        count: Arc<AtomicU64>,
    },
    /// Into the response. If `joins`, each item is a list that continues the last.
    List { joins: bool },
}

impl<'a> Items<'a> {
    /// Items with the id of the call, or with that of its subscription. `None` if the call's transport can't carry a stream.
    fn of(cx: &'a Context, mut message: Vec<u8>) -> Option<Self> {
        let (duplex, slot) = stream_of(cx)?;
        message.clear();
        match cx.method().and_then(Method::subscription_form) {
            Some(form) => {
                message = subscription::open(duplex, slot, cx, form, message);
                Some(Items::sent(duplex, slot, cx, message))
            }
            None => Some(Items::with_token(duplex, slot, cx, message, cx.id()?)),
        }
    }

    /// Items with a token of the client's choice.
    fn named(cx: &'a Context, mut message: Vec<u8>, token: &Id) -> Result<Self, Box<ErrorObject>> {
        let Some((duplex, slot)) = stream_of(cx) else {
            return Err(Box::new(needs_duplex(cx)));
        };
        if !duplex.name_stream(slot, token) {
            let reason = format!("a stream with the token {token} is open");
            let error = ErrorObject::invalid_request().with_data(&reason);
            return Err(Box::new(error));
        }
        message.clear();
        Ok(Items::with_token(duplex, slot, cx, message, token))
    }

    /// Items that carry this token. Says that the stream is open.
    fn with_token(
        duplex: &'a Duplex,
        slot: usize,
        cx: &'a Context,
        mut message: Vec<u8>,
        token: &Id,
    ) -> Self {
        item::head(&mut message, token);
        duplex.opened(slot, token);
        Items::sent(duplex, slot, cx, message)
    }

    /// Items that become the result.
    fn list(mut message: Vec<u8>, joins: bool) -> Self {
        message.clear();
        message.extend_from_slice(RESULT_HEAD);
        Items {
            to: Destination::List { joins },
            head: message.len(),
            message,
            has_room: false,
        }
    }

    fn sent(duplex: &'a Duplex, slot: usize, cx: &'a Context, message: Vec<u8>) -> Self {
        let count = cx.count_items();
        Items {
            to: Destination::Connection {
                duplex,
                slot,
                count,
            },
            head: message.len(),
            message,
            has_room: false,
        }
    }

    /// The start of the response, up to the end of the result.
    fn into_list(mut self) -> Option<Vec<u8>> {
        let Destination::List { .. } = self.to else {
            return None;
        };
        if self.message.len() == self.head {
            self.message.push(b'[');
        }
        self.message.push(b']');
        Some(self.message)
    }

    fn poll_room(&self, task: &mut Task<'_>) -> Poll<()> {
        match &self.to {
            Destination::Connection { duplex, slot, .. } if !self.has_room => {
                duplex.poll_room(*slot, task)
            }
            _ => Poll::Ready(()),
        }
    }

    #[inline]
    fn send<T: Writable>(
        &mut self,
        responder: &mut Responder,
        value: &T,
    ) -> Result<(), Box<ErrorObject>> {
        match self.to {
            Destination::Connection { .. } => {
                self.message.truncate(self.head);
                responder.write(&mut self.message, value)?;
                self.send_message();
                Ok(())
            }
            Destination::List { joins: true } => self.join(responder, value),
            Destination::List { joins: false } => self.add(responder, value),
        }
    }

    fn send_tracked<C: Writable, T: Writable>(
        &mut self,
        responder: &mut Responder,
        item: &Tracked<C, T>,
    ) -> Result<(), Box<ErrorObject>> {
        if let Destination::List { .. } = self.to {
            return self.add(responder, &item.value); // never happens: such a stream has no list
        }
        self.message.truncate(self.head);
        responder.write(&mut self.message, &item.value)?;
        item::before_cursor(&mut self.message);
        responder.write(&mut self.message, &item.cursor)?;
        self.send_message();
        Ok(())
    }

    /// Sends the message, whose end is still missing.
    #[inline]
    fn send_message(&mut self) {
        let Destination::Connection {
            duplex,
            slot,
            count,
        } = &self.to
        else {
            return; // a list is not sent item by item
        };
        item::end(&mut self.message);
        self.has_room = duplex.item(*slot, &self.message);
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds an item to the list.
    fn add<T: Writable>(
        &mut self,
        responder: &mut Responder,
        value: &T,
    ) -> Result<(), Box<ErrorObject>> {
        let separator = match self.message.len() == self.head {
            true => b'[',
            false => b',',
        };
        self.message.push(separator);
        responder.write(&mut self.message, value)
    }

    /// Adds the items of a list to the list.
    fn join<T: Writable>(
        &mut self,
        responder: &mut Responder,
        list: &T,
    ) -> Result<(), Box<ErrorObject>> {
        let start = self.message.len();
        responder.write(&mut self.message, list)?;
        self.message.pop(); // the closing bracket
        if self.message.len() == start + 1 {
            self.message.truncate(start);
        } else if start > self.head {
            self.message[start] = b',';
        }
        Ok(())
    }
}
