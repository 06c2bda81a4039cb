//! Batches (section 6 of the specification): several calls in one message, each with its own result.

use std::collections::HashMap;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::call::{Options, options, silence};
use super::{Call, Client, Notification, Transport};
use crate::Id;
use crate::error::{CallError, EncodeError, ErrorObject, FOREIGN_IDS, MethodError, ProtocolError};
use crate::wire::response::{BatchReply, Response, decode_result, read_batch};
use crate::wire::write;

/// Calls and notifications to be sent as one message: a tuple of up to twelve, an array or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no batch",
    label = "not a tuple, an array or a `Vec` of calls",
    note = "a batch is a tuple of one to twelve calls or notifications, an array or a `Vec`"
)]
pub trait Batch<T>: Send + 'static {
    /// One result an entry, in the batch's own shape.
    type Output;
    /// What is remembered of the entries while the message is under way.
    type Pending: Send;

    /// Puts the entries into the message.
    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending;

    /// Takes each entry's result from the replies.
    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output;
}

/// A [`Call`] or a [`Notification`], as part of a batch.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no entry of a batch over this client",
    label = "not a call or a notification",
    note = "an entry is a call that has not been awaited, and whose stub has a client of the same type"
)]
pub trait BatchEntry<T>: Send + 'static {
    /// The entry's result.
    type Output;
    /// What is remembered of the entry while the message is under way.
    type Pending: Send;

    /// Puts the entry into the message.
    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending;

    /// Takes the entry's result from the replies.
    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output;
}

/// A batch: await it, or first say more about it.
///
/// The entries' own headers and timeouts hold for the whole of it: all the headers, and the longest of the timeouts.
#[must_use = "a batch does nothing until it is awaited"]
pub struct BatchCall<T, B> {
    client: Client<T>,
    batch: B,
    options: Options,
}

impl<T: Transport, B: Batch<T>> BatchCall<T, B> {
    options!();

    pub(super) fn new(client: Client<T>, batch: B) -> Self {
        BatchCall {
            client,
            batch,
            options: Options::default(),
        }
    }

    async fn send(self) -> Result<B::Output, CallError> {
        let mut message = BatchMessage {
            client: self.client,
            body: vec![b'['],
            options: Options::default(),
            calls: HashMap::new(),
        };
        let pending = self.batch.prepare(&mut message);
        let BatchMessage {
            client,
            mut body,
            options: mut entries,
            calls,
        } = message;
        if body.len() == 1 {
            // An empty batch is no request; and entries that could not be encoded know it.
            return Ok(B::resolve(pending, &mut Replies::default()));
        }
        body.push(b']');
        let timeout = self.options.timeout.or(entries.timeout);
        entries.join(self.options).map_err(CallError::Encode)?;
        entries.timeout = timeout;
        let outgoing = entries
            .outgoing(body, !calls.is_empty())
            .map_err(CallError::Encode)?;
        let incoming = client.transport().send(outgoing).await?;
        if calls.is_empty() {
            silence(incoming)?;
            return Ok(B::resolve(pending, &mut Replies::default()));
        }
        match (read_batch(&incoming.body), incoming.doubt) {
            (Ok(BatchReply::Responses(responses)), _) => {
                let mut replies = Replies::new(calls, responses);
                Ok(B::resolve(pending, &mut replies))
            }
            (Ok(BatchReply::Refused(error)), _) => Err(CallError::Object(error)),
            (Err(_), Some(doubt)) => Err(CallError::Transport(doubt)),
            (Err(error), None) => Err(error.into()),
        }
    }
}

impl<T: Transport, B: Batch<T>> IntoFuture for BatchCall<T, B>
where
    B::Output: 'static,
    B::Pending: 'static,
{
    type Output = Result<B::Output, CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, B> fmt::Debug for BatchCall<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("BatchCall")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The message of a batch, while its entries are put into it.
#[derive(Debug)]
pub struct BatchMessage<T> {
    client: Client<T>,
    body: Vec<u8>,
    options: Options,
    /// The calls, which are answered, by their [plain](Id::plain) ids.
    calls: HashMap<Id, Answer>,
}

impl<T: Transport> BatchMessage<T> {
    fn check(&self, client: &Client<T>) -> Result<(), Unsent> {
        if self.client.shares(client) {
            Ok(())
        } else {
            Err(Unsent::OtherClient)
        }
    }

    fn append(&mut self, entry: &[u8], options: Options) -> Result<(), Unsent> {
        self.options.join(options).map_err(Unsent::Encode)?;
        if self.body.len() > 1 {
            self.body.push(b',');
        }
        self.body.extend_from_slice(entry);
        Ok(())
    }
}

/// Why an entry is not part of the message.
#[derive(Debug)]
pub enum Unsent {
    /// It could not be encoded.
    Encode(EncodeError),
    /// It belongs to another client.
    OtherClient,
}

impl<E> From<Unsent> for CallError<E> {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Encode(error) => CallError::Encode(error),
            Unsent::OtherClient => ProtocolError::OtherClient.into(),
        }
    }
}

/// A call of a batch that is under way: its id, or why it was not sent.
pub struct PendingCall<R, E> {
    id: Result<Id, Unsent>,
    types: PhantomData<fn() -> (R, E)>,
}

impl<T: Transport, R: DeserializeOwned + 'static, E: MethodError + 'static> BatchEntry<T>
    for Call<T, R, E>
{
    type Output = Result<R, CallError<E>>;
    type Pending = PendingCall<R, E>;

    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
        let put = || {
            message.check(&self.client)?;
            let mut entry = self.message.map_err(Unsent::Encode)?;
            let id = self.id.unwrap_or_else(|| self.client.next_id());
            let known = id.plain().into_owned();
            if message.calls.contains_key(&known) {
                return Err(Unsent::Encode(EncodeError::DuplicateId(id)));
            }
            write::end_request(&mut entry, &id);
            message.append(&entry, self.options)?;
            message.calls.insert(known, Answer::Missing);
            Ok(id)
        };
        PendingCall {
            id: put(),
            types: PhantomData,
        }
    }

    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output {
        let id = pending.id?;
        match replies.take(id)? {
            Ok(result) => Ok(decode_result(&result)?),
            Err(error) => Err(CallError::from_object(error)),
        }
    }
}

impl<T: Transport> BatchEntry<T> for Notification<T> {
    type Output = Result<(), CallError>;
    type Pending = Result<(), Unsent>;

    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
        message.check(&self.client)?;
        let mut entry = self.message.map_err(Unsent::Encode)?;
        write::end_notification(&mut entry);
        message.append(&entry, self.options)
    }

    fn resolve(pending: Self::Pending, _: &mut Replies) -> Self::Output {
        Ok(pending?)
    }
}

/// What the reply to a batch says about each of its calls.
#[derive(Debug, Default)]
pub struct Replies {
    /// By [plain](Id::plain) ids, since a server may write an id with other escapes or digits.
    answers: HashMap<Id, Answer>,
    /// The first ids in the reply that are none of the batch's.
    foreign: Vec<Id>,
    /// An error of which the server could not tell whose it is.
    unidentified: Option<ErrorObject>,
}

#[derive(Debug)]
enum Answer {
    Missing,
    One(Result<Box<RawValue>, ErrorObject>),
    Several,
}

impl Replies {
    /// Sorts the responses by the calls that were sent.
    fn new(calls: HashMap<Id, Answer>, responses: Vec<Response<&RawValue>>) -> Self {
        let mut replies = Replies {
            answers: calls,
            ..Replies::default()
        };
        for Response { id, outcome } in responses {
            match (replies.answers.get_mut(&*id.plain()), outcome) {
                (Some(answer @ Answer::Missing), outcome) => {
                    *answer = Answer::One(outcome.map(ToOwned::to_owned));
                }
                (Some(answer), _) => *answer = Answer::Several,
                (None, Err(error)) if id.is_null() => {
                    replies.unidentified.get_or_insert(error);
                }
                (None, _) if replies.foreign.len() < FOREIGN_IDS => replies.foreign.push(id),
                (None, _) => {}
            }
        }
        replies
    }

    fn take<E>(&mut self, id: Id) -> Result<Result<Box<RawValue>, ErrorObject>, CallError<E>> {
        match self.answers.remove(&*id.plain()) {
            Some(Answer::One(outcome)) => Ok(outcome),
            Some(Answer::Several) => Err(ProtocolError::SeveralAnswers { id }.into()),
            Some(Answer::Missing) | None => Err(match &self.unidentified {
                Some(error) => CallError::Object(error.clone()),
                None => ProtocolError::NoAnswer {
                    id,
                    foreign: self.foreign.clone(),
                }
                .into(),
            }),
        }
    }
}

impl<T, B: BatchEntry<T>> Batch<T> for Vec<B> {
    type Output = Vec<B::Output>;
    type Pending = Vec<B::Pending>;

    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
        self.into_iter()
            .map(|entry| entry.prepare(message))
            .collect()
    }

    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output {
        pending
            .into_iter()
            .map(|entry| B::resolve(entry, replies))
            .collect()
    }
}

impl<T, B: BatchEntry<T>, const N: usize> Batch<T> for [B; N] {
    type Output = [B::Output; N];
    type Pending = [B::Pending; N];

    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
        self.map(|entry| entry.prepare(message))
    }

    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output {
        pending.map(|entry| B::resolve(entry, replies))
    }
}

macro_rules! tuple {
    ($($name:ident)+) => {
        impl<T, $($name: BatchEntry<T>),+> Batch<T> for ($($name,)+) {
            type Output = ($($name::Output,)+);
            type Pending = ($($name::Pending,)+);

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
                let ($($name,)+) = self;
                ($($name.prepare(message),)+)
            }

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output {
                let ($($name,)+) = pending;
                ($($name::resolve($name, replies),)+)
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
tuple!(A B C D E F G H I);
tuple!(A B C D E F G H I J);
tuple!(A B C D E F G H I J K);
tuple!(A B C D E F G H I J K L);
