//! [`Responder::stream`]: a method's stream, sent item by item.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Task, Poll, ready};

use futures_util::Stream;

use super::context::Context;
use super::outcome::{Outcome, Responder};
use super::subscription;
use crate::bounds::Writable;
use crate::contract::Method;
use crate::duplex::Duplex;
use crate::error::{ErrorObject, code};
use crate::json::id::Id;
use crate::wire::control;

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
        let mut stream = pin!(stream);
        let ended = poll_fn(|task| {
            for _ in 0..TURN {
                ready!(items.poll_room(task));
                let Some(item) = ready!(stream.as_mut().poll_next(task)) else {
                    return Poll::Ready(Ok(()));
                };
                let sender = ItemSender {
                    items: &mut items,
                    responder: &mut self,
                };
                if let Err(error) = send(item, sender) {
                    return Poll::Ready(Err(error));
                }
            }
            task.waker().wake_by_ref();
            Poll::Pending
        });
        match ended.await {
            Ok(()) => self.value(()),
            Err(error) => (*error).into(),
        }
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

/// Where the items of a stream go.
struct Items<'a> {
    duplex: &'a Duplex,
    slot: usize,
    /// The start of each item's message, and then the item.
    message: Vec<u8>,
    head: usize,
    sent: &'a AtomicU64,
}

impl<'a> Items<'a> {
    /// `None` if the call's transport can't carry a stream.
    fn of(cx: &'a Context, mut message: Vec<u8>) -> Option<Self> {
        let duplex = cx.metadata().duplex()?;
        let token: &Id = cx.id()?;
        let slot = duplex.stream(token)?;
        message.clear();
        match cx.method().and_then(Method::subscription_form) {
            Some(form) => message = subscription::open(duplex, slot, cx, form, message),
            None => {
                control::item_head(&mut message, token);
                duplex.opened(slot, token);
            }
        }
        let head = message.len();
        Some(Items {
            duplex,
            slot,
            message,
            head,
            sent: cx.item_count(),
        })
    }

    fn poll_room(&self, task: &mut Task<'_>) -> Poll<()> {
        self.duplex.poll_room(self.slot, task)
    }

    fn send<T: Writable>(
        &mut self,
        responder: &mut Responder,
        value: &T,
    ) -> Result<(), Box<ErrorObject>> {
        self.message.truncate(self.head);
        responder.write(&mut self.message, value)?;
        control::end_item(&mut self.message);
        self.duplex.item(self.slot, &self.message);
        self.sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
