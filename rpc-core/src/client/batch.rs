//! Batches (section 6 of the specification): several calls in one message, each with its own result.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;

use super::answers::{AnswerTo, Answers, DistinctIds};
use super::batch_reply::{self, BatchAnswers};
use super::call::expect_no_error;
use super::lazy::{AlreadyPolled, BoxFuture, Lazy};
use super::method_name::MethodName;
use super::options::{Options, options};
use super::within::NotSent;
use super::{Call, Client, Notification, Shared, Transport, TransportRequest};
use crate::error::{
    Addressed, CallError, CallTarget, Destination, EncodeError, ErrorObject, MethodError,
    ProtocolError, Said,
};
use crate::json::id::Id;
use crate::limits::ERROR_METHODS;
use crate::wire::response::Content;
use crate::wire::summary::Summary;
use crate::wire::write;

/// Calls and notifications to send as one message: a tuple of up to twelve, an array or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch",
    label = "not a tuple, an array or a `Vec` of calls",
    note = "put the calls into a tuple, `client.batch((first, second))`, or into an array or a `Vec`",
    note = "a tuple holds up to twelve calls or notifications; a single call needs no batch"
)]
pub trait Batch<T>: Send + 'static {
    /// One result for each entry, in the batch's own shape.
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
    message = "`{Self}` cannot be an entry of a batch over this client",
    label = "not a call or a notification",
    note = "an entry is a call that has not been awaited, and its stub has the same client, or a clone of it"
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

/// A batch of calls: see [`Client::batch`].
///
/// The entries' own headers and timeouts apply to all of it: all the headers, and the longest of the timeouts.
/// It is a future like [`Call`], and sends its message when it is first polled.
///
/// # Panics
///
/// As [`Call`] does.
#[must_use = "a batch does nothing until it is awaited or polled"]
pub struct BatchCall<T, B, O> {
    work: Lazy<BatchDraft<T, B>, Result<O, CallError>>,
    /// Begins to send it. With this, a `BatchCall` is a future whatever `B` is, and a mistake is reported only once.
    start: Start<T, B, O>,
}

type Start<T, B, O> = fn(BatchDraft<T, B>) -> BoxFuture<Result<O, CallError>>;

/// A batch that has not been polled.
struct BatchDraft<T, B> {
    client: Client<T>,
    batch: B,
    options: Options,
    secret_params: bool,
}

impl<T: Transport, B, O> BatchCall<T, B, O> {
    options!();

    pub(super) fn new(client: Client<T>, batch: B) -> Self
    where
        B: Batch<T, Output = O>,
    {
        BatchCall {
            start: |draft| Box::pin(draft.send()),
            work: Lazy::Draft(BatchDraft {
                client,
                batch,
                options: Options::default(),
                secret_params: false,
            }),
        }
    }

    /// Keeps the parameters of all its entries out of the [message log](crate::message_log). Entries can also be marked one
    /// by one.
    #[track_caller]
    pub fn secret_params(mut self) -> Self {
        self.work.draft_mut().secret_params = true;
        self
    }

    #[track_caller]
    fn options_mut(&mut self) -> &mut Options {
        &mut self.work.draft_mut().options
    }
}

impl<T: Transport, B: Batch<T>> BatchDraft<T, B> {
    async fn send(self) -> Result<B::Output, CallError> {
        let mut message = BatchMessage {
            client: self.client,
            body: vec![b'['],
            options: Options::default(),
            ids: Vec::new(),
            distinct: DistinctIds::default(),
            methods: Vec::new(),
            entries: 0,
        };
        let pending = self.batch.prepare(&mut message);
        let BatchMessage {
            client,
            mut body,
            options: mut entries,
            ids,
            methods,
            entries: count,
            ..
        } = message;
        if body.len() == 1 {
            // An empty batch is not sent. Entries that could not be encoded have their own errors.
            return Ok(B::resolve(pending, &mut Replies::to(&client)));
        }
        body.push(b']');
        let timeout = self.options.timeout.or(entries.timeout);
        let joined = entries.join(self.options);
        entries.timeout = timeout;
        if self.secret_params {
            entries.secret_params_of(&Summary::read(&body).methods);
        }
        let request = joined
            .map_err(NotSent::Encode)
            .and_then(|()| entries.into_request(body, !ids.is_empty()));
        let replies = match request {
            Ok(request) => exchange(&client, request, ids).await,
            Err(error) => Err(error.into()),
        };
        let mut replies = replies.map_err(|error| {
            let destination = || client.transport().destination();
            error.in_call(|| CallTarget::message(methods, Some(count), destination()))
        })?;
        Ok(B::resolve(pending, &mut replies))
    }
}

/// Sends a batch with calls of these ids, and sorts the responses.
async fn exchange<T: Transport>(
    client: &Client<T>,
    request: TransportRequest,
    ids: Vec<Id>,
) -> Result<Replies, CallError> {
    let reply = client.transport().send(request).await?;
    if ids.is_empty() {
        expect_no_error(client, reply)?;
        return Ok(Replies::to(client));
    }
    let (body, said) = reply.into_parts();
    let (body, read) = batch_reply::read(client, body, &ids, said.error.is_some());
    match read {
        Ok(BatchAnswers::Each { mut answers, .. }) => {
            // If it answers no call, the transport may know better what it is.
            if said.error.is_some()
                && answers.none_own()
                && !answers.has_unidentified()
                && let Err(error) = answers.take(0, &ids[0])
            {
                return Err(said.invalid(error));
            }
            let mut replies = Replies::to(client);
            (replies.answers, replies.ids) = (answers, ids);
            (replies.body, replies.said) = (body, said);
            Ok(replies)
        }
        Ok(BatchAnswers::Refused(error)) => {
            Err(CallError::object_in_reply(error, Addressed::Message, said))
        }
        Err(error) => Err(said.invalid(error)),
    }
}

impl<T, B, O> Future for BatchCall<T, B, O> {
    type Output = Result<O, CallError>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.work.poll(task, this.start)
    }
}

/// The entries are moved out before anything is pinned.
impl<T, B, O> Unpin for BatchCall<T, B, O> {}

impl<T, B, O> fmt::Debug for BatchCall<T, B, O> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut shown = f.debug_struct("BatchCall");
        if let Some(draft) = self.work.draft() {
            shown.field("options", &draft.options);
        }
        shown.finish_non_exhaustive()
    }
}

/// The message of a batch, while its entries are put into it.
pub struct BatchMessage<T> {
    client: Client<T>,
    body: Vec<u8>,
    options: Options,
    /// Those of the calls, in order. Notifications have none.
    ids: Vec<Id>,
    distinct: DistinctIds,
    /// The first few different methods, for the error if the batch fails.
    methods: Vec<MethodName>,
    entries: usize,
}

impl<T> fmt::Debug for BatchMessage<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("BatchMessage")
            .field("ids", &self.ids)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<T: Transport> BatchMessage<T> {
    fn check(&self, client: &Client<T>) -> Result<(), NotIncluded> {
        if self.client.shares(client) {
            Ok(())
        } else {
            Err(NotIncluded::OtherClient)
        }
    }

    fn append(
        &mut self,
        entry: &[u8],
        method: &MethodName,
        options: Options,
    ) -> Result<(), NotIncluded> {
        // The message can be sent twice only if each of its calls can.
        let idempotent = options.idempotent && (self.entries == 0 || self.options.idempotent);
        self.options.join(options).map_err(NotIncluded::Encode)?;
        self.options.idempotent = idempotent;
        self.entries += 1;
        // One more than an error names, so that it can say that there are more.
        if self.methods.len() <= ERROR_METHODS && !self.methods.contains(method) {
            self.methods.push(method.clone());
        }
        if self.body.len() > 1 {
            self.body.push(b',');
        }
        self.body.extend_from_slice(entry);
        Ok(())
    }
}

/// Why an entry is not part of the message.
#[derive(Debug)]
pub enum NotIncluded {
    /// It could not be encoded.
    Encode(EncodeError),
    /// It belongs to another client.
    OtherClient,
    /// It has been polled, so that it has a message of its own.
    AlreadyPolled,
}

impl From<AlreadyPolled> for NotIncluded {
    fn from(_: AlreadyPolled) -> Self {
        NotIncluded::AlreadyPolled
    }
}

impl<E> From<NotIncluded> for CallError<E> {
    fn from(unsent: NotIncluded) -> Self {
        match unsent {
            NotIncluded::Encode(error) => error.into(),
            NotIncluded::OtherClient => ProtocolError::OtherClient.into(),
            NotIncluded::AlreadyPolled => ProtocolError::AlreadyPolled.into(),
        }
    }
}

/// A call of a batch that is under way: its position among the calls, or why it was not sent.
pub struct PendingCall<R, E> {
    position: Result<usize, NotIncluded>,
    method: Option<MethodName>,
    types: PhantomData<fn() -> (R, E)>,
}

/// A notification of a batch that is under way: whether it was sent.
pub struct PendingNotification {
    sent: Result<(), NotIncluded>,
    method: Option<MethodName>,
}

impl<T: Transport, R: DeserializeOwned + 'static, E: MethodError + 'static> BatchEntry<T>
    for Call<T, R, E>
{
    type Output = Result<R, CallError<E>>;
    type Pending = PendingCall<R, E>;

    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
        let mut method = None;
        let put = || {
            let mut draft = self.work.try_into_draft()?;
            let method = method.insert(MethodName::of(&draft.message));
            message.check(&draft.client)?;
            draft.options.check().map_err(NotIncluded::Encode)?;
            let id = draft.id.unwrap_or_else(|| draft.client.next_id());
            if !message.distinct.is_new(&id, &message.ids) {
                return Err(NotIncluded::Encode(EncodeError::DuplicateId(id)));
            }
            write::end_request(&mut draft.message, &id);
            message.append(&draft.message, method, draft.options)?;
            message.distinct.add(&id);
            message.ids.push(id);
            Ok(message.ids.len() - 1)
        };
        PendingCall {
            position: put(),
            method,
            types: PhantomData,
        }
    }

    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output {
        let result = match pending.position {
            Ok(position) => replies.result(position),
            Err(error) => Err(error.into()),
        };
        result.map_err(|error| replies.in_call(error, pending.method))
    }
}

impl<T: Transport> BatchEntry<T> for Notification<T> {
    type Output = Result<(), CallError>;
    type Pending = PendingNotification;

    fn prepare(self, message: &mut BatchMessage<T>) -> Self::Pending {
        let mut method = None;
        let put = || {
            let mut draft = self.work.try_into_draft()?;
            let method = method.insert(MethodName::of(&draft.message));
            message.check(&draft.client)?;
            draft.options.check().map_err(NotIncluded::Encode)?;
            write::end_notification(&mut draft.message);
            message.append(&draft.message, method, draft.options)
        };
        PendingNotification {
            sent: put(),
            method,
        }
    }

    fn resolve(pending: Self::Pending, replies: &mut Replies) -> Self::Output {
        let sent = pending.sent;
        sent.map_err(|error| replies.in_call(error.into(), pending.method))
    }
}

/// What the reply to a batch says about each of its calls.
pub struct Replies {
    ids: Vec<Id>,
    answers: Answers<Content, ErrorObject>,
    /// The reply that the spans point into.
    body: Bytes,
    said: Said,
    client: Arc<dyn HasDestination>,
}

/// A client, whatever its transport.
trait HasDestination: Send + Sync {
    fn destination(&self) -> Option<Destination>;
}

impl<T: Transport> HasDestination for Shared<T> {
    fn destination(&self) -> Option<Destination> {
        self.transport.destination()
    }
}

impl Replies {
    /// The replies to a message without calls.
    fn to<T: Transport>(client: &Client<T>) -> Self {
        Replies {
            ids: Vec::new(),
            answers: Answers::default(),
            body: Bytes::new(),
            said: Said::default(),
            client: Arc::clone(&client.shared) as _,
        }
    }

    /// The result of the call at this position.
    fn result<R: DeserializeOwned, E: MethodError>(
        &mut self,
        position: usize,
    ) -> Result<R, CallError<E>> {
        match self.answers.take(position, &self.ids[position])? {
            AnswerTo::Own(Content::Result(result)) => Ok(result.decode(&self.body)?),
            AnswerTo::Own(Content::Error(error)) => {
                let said = self.said.clone();
                Err(CallError::from_object(error, Addressed::ThisCall, said))
            }
            AnswerTo::Own(Content::Malformed(error)) => Err(self.said.clone().invalid(error)),
            AnswerTo::Unidentified(error) => {
                let (error, said) = (error.clone(), self.said.clone());
                Err(CallError::object_in_reply(error, Addressed::SomeCall, said))
            }
        }
    }

    fn in_call<E>(&self, error: CallError<E>, method: Option<MethodName>) -> CallError<E> {
        error.in_call(|| CallTarget::message(method, None, self.client.destination()))
    }
}

impl fmt::Debug for Replies {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Replies")
            .field("calls", &self.ids.len())
            .finish_non_exhaustive()
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
