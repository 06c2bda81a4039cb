//! [`Streamed`]: what a method sends that returns a stream, and in which form.

use std::borrow::Cow;

/// What a method sends that returns a stream, as data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Streamed {
    /// The type of the items, as written in the trait.
    pub items: &'static str,
    /// How they are sent.
    pub form: StreamForm,
}

/// How the items of a stream are sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StreamForm {
    /// As `$/progress` messages with the id of the call, whose response is the end of the stream.
    Progress,
    /// The same, with a cursor in each message, so that the stream can be opened again where it was cut off:
    /// `#[rpc(stream(resume))]`. [`Method::cursor`](super::Method::cursor) is the parameter with the last cursor.
    Resume,
    /// As `$/progress` messages with the token in this parameter. Without it, the response is the list of all items:
    /// `#[rpc(stream(token = "…"))]`.
    Token(Cow<'static, str>),
    /// As notifications with an id that the server chooses. The response to the call is that id:
    /// `#[rpc(subscription(…))]`.
    Subscription(Subscription),
}

/// How a subscription is opened and closed, and what its items are called. The names are those on the wire.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Subscription {
    /// The method that closes it.
    pub unsubscribe: Cow<'static, str>,
    /// The method in the notifications with its items.
    pub item: Cow<'static, str>,
    /// In Ethereum's form, the first param of the call that opens it: `newHeads` in `eth_subscribe ["newHeads"]`. The name of
    /// the method is then `eth_subscribe newHeads`, and the ids are strings such as `"0x9cef478923ff08bf"`. Other ids are
    /// numbers of up to 53 bits, as JavaScript can read them.
    pub topic: Option<Cow<'static, str>>,
}

impl Subscription {
    /// A subscription that this method closes, with items in notifications of this name.
    pub const fn new(unsubscribe: &'static str, item: &'static str) -> Self {
        Subscription {
            unsubscribe: Cow::Borrowed(unsubscribe),
            item: Cow::Borrowed(item),
            topic: None,
        }
    }

    /// A subscription in Ethereum's form, with this first param.
    pub const fn ethereum(
        unsubscribe: &'static str,
        item: &'static str,
        topic: &'static str,
    ) -> Self {
        Subscription {
            unsubscribe: Cow::Borrowed(unsubscribe),
            item: Cow::Borrowed(item),
            topic: Some(Cow::Borrowed(topic)),
        }
    }
}
