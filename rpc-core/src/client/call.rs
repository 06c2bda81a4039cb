//! [`Call`] and [`Notification`]: futures that send their message when they are first polled.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;

use super::lazy::Lazy;
use super::method_name::MethodName;
use super::options::{Options, options, secrets};
use super::tolerance::Tolerance;
use super::{Client, Transport, TransportReply};
use crate::error::{Addressed, CallError, MethodError, ProtocolError, Said};
use crate::json::id::Id;
use crate::secret::Secret;
use crate::wire::response::{Decoded, Response, Span, read_single};
use crate::wire::tolerant::Asked;
use crate::wire::write;

/// One call: a future that sends its message when it is first polled.
///
/// Await it, spawn it, or put it into [`Client::batch`]. Set its options before that:
///
/// ```
/// # use rpc_core::{Dispatcher, memory};
/// # futures_util::FutureExt::now_or_never(async {
/// # let client = memory::connect(Dispatcher::new().method("echo", |text: String| async { text }));
/// let echo: String = client.call("echo", ["hi"]).header("x-shop", "north").id("my-id").await?;
/// # assert_eq!(echo, "hi");
/// # Ok::<(), rpc_core::CallError>(())
/// # }).unwrap().unwrap();
/// ```
///
/// Dropping it gives the call up.
///
/// # Panics
///
/// Its methods panic after the first poll, since the message is on its way by then. Like other futures it must not be
/// polled again after it has completed.
#[must_use = "a call does nothing until it is awaited or polled"]
pub struct Call<T, R, E> {
    pub(super) work: Lazy<CallDraft<T>, Result<R, CallError<E>>>,
    /// Reads the reply. With this, a `Call` is a future whatever `R` is, and a result that can't be read is reported only
    /// where the call is made.
    read: ReadReply<R>,
}

type ReadReply<R> = fn(&[u8]) -> Result<Response<Decoded<R>>, ProtocolError>;

/// A message that gets no answer: a future that sends it when it is first polled.
///
/// # Panics
///
/// As [`Call`] does.
#[must_use = "a notification does nothing until it is awaited or polled"]
pub struct Notification<T> {
    pub(super) work: Lazy<CallDraft<T>, Result<(), CallError>>,
}

/// A call or notification that has not been polled.
pub(super) struct CallDraft<T> {
    pub(super) client: Client<T>,
    /// The message, up to where the id belongs. If the options name a failure, only its method can be relied on.
    pub(super) message: Vec<u8>,
    pub(super) options: Options,
    /// The id of a call, instead of the client's next one.
    pub(super) id: Option<Id>,
}

impl<T: Transport, R, E> Call<T, R, E> {
    options!();
    secrets!();

    pub(super) fn new(draft: CallDraft<T>) -> Self
    where
        R: DeserializeOwned,
    {
        Call {
            work: Lazy::Draft(draft),
            read: |reply| read_single(reply),
        }
    }

    /// A call in code that does not compile, for a type that can't be read.
    pub(super) fn never_made(draft: CallDraft<T>) -> Self {
        Call {
            work: Lazy::Draft(draft),
            read: |_| unreachable!("a contract with such a method does not compile"),
        }
    }

    /// Uses this id, instead of the client's next one.
    #[track_caller]
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.work.draft_mut().id = Some(id.into());
        self
    }

    /// Sends the call in a message of its own, if the client collects calls into batches: see [`Batched`](super::Batched). Use
    /// it for a slow call, since the others in its message would have to wait for it.
    #[track_caller]
    pub fn unbatched(mut self) -> Self {
        self.options_mut().unbatched = true;
        self
    }

    /// Promises that running the method twice has the same effect as running it once. A [`Policy`](super::Policy) may then repeat
    /// the call even if the method may have run. A contract says so itself, with `#[rpc(idempotent)]`.
    #[track_caller]
    pub fn idempotent(mut self) -> Self {
        self.options_mut().idempotent = true;
        self
    }

    /// Sends the call as a notification: the method runs, and its outcome is not reported.
    #[track_caller]
    pub fn notify(self) -> Notification<T> {
        Notification {
            work: Lazy::Draft(self.work.into_draft()),
        }
    }

    #[track_caller]
    fn options_mut(&mut self) -> &mut Options {
        &mut self.work.draft_mut().options
    }
}

impl<T: Transport> Notification<T> {
    options!();
    secrets!();

    /// Promises that running the method twice has the same effect as running it once: see [`Call::idempotent`].
    #[track_caller]
    pub fn idempotent(mut self) -> Self {
        self.options_mut().idempotent = true;
        self
    }

    #[track_caller]
    fn options_mut(&mut self) -> &mut Options {
        &mut self.work.draft_mut().options
    }
}

impl<T: Transport, R: 'static, E: MethodError + 'static> Future for Call<T, R, E> {
    type Output = Result<R, CallError<E>>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let read = this.read;
        let start = |draft: CallDraft<T>| Box::pin(draft.call(read)) as _;
        this.work.poll(task, start)
    }
}

impl<T: Transport> Future for Notification<T> {
    type Output = Result<(), CallError>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let start = |draft: CallDraft<T>| Box::pin(draft.notify()) as _;
        self.get_mut().work.poll(task, start)
    }
}

impl<T: Transport> CallDraft<T> {
    /// The method's name, in full.
    pub(super) fn method(&self) -> Option<String> {
        write::method_of(&self.message)
    }

    async fn notify(self) -> Result<(), CallError> {
        let method = MethodName::of(&self.message);
        let client = self.client;
        let sent = notify(&client, self.message, self.options).await;
        sent.map_err(|error| error.in_call(|| client.target(method)))
    }

    async fn call<R, E: MethodError>(self, read: ReadReply<R>) -> Result<R, CallError<E>> {
        let method = MethodName::of(&self.message);
        let client = self.client;
        let outcome = call(&client, self.message, self.options, self.id, read).await;
        outcome.map_err(|error| error.in_call(|| client.target(method)))
    }
}

async fn notify<T: Transport>(
    client: &Client<T>,
    mut message: Vec<u8>,
    options: Options,
) -> Result<(), CallError> {
    write::end_notification(&mut message);
    let request = options.into_request(message, false)?;
    expect_no_error(client, client.transport().send(request).await?)
}

async fn call<T: Transport, R, E: MethodError>(
    client: &Client<T>,
    mut message: Vec<u8>,
    mut options: Options,
    id: Option<Id>,
    read: ReadReply<R>,
) -> Result<R, CallError<E>> {
    // What is not sent takes no id.
    options.check()?;
    let id = id.unwrap_or_else(|| client.next_id());
    write::end_request(&mut message, &id);
    let mut request = options.into_request(message, true)?;
    request.call = Some(id.clone());
    request.tolerance = client.tolerance().cloned();
    let (body, said) = client.transport().send(request).await?.into_parts();
    let response = match read(&body) {
        Ok(response) if response.answers(&id) => response,
        refused => match forgiven(client, &body, &id, &said, read) {
            Some(response) => response,
            None => return Err(no_answer(refused, id, said)),
        },
    };
    match response.outcome {
        Ok(Decoded(result)) => Ok(result?),
        Err(error) => {
            let to = match response.id.is_null() && !id.is_null() {
                true => Addressed::Message,
                false => Addressed::ThisCall,
            };
            Err(CallError::from_object(error, to, said))
        }
    }
}

/// The response in a reply that a tolerant client forgives.
#[cold]
fn forgiven<T: Transport, R>(
    client: &Client<T>,
    reply: &[u8],
    id: &Id,
    said: &Said,
    read: ReadReply<R>,
) -> Option<Response<Decoded<R>>> {
    let tolerance = client.tolerance()?;
    let asked = Asked::new(false, [id]).doubtful(said.error.is_some());
    let forgiven = Tolerance::forgive(reply, asked)?;
    let response = read(&forgiven.reply).ok().filter(|it| it.answers(id))?;
    tolerance.log(&forgiven, client.transport().destination());
    Some(response)
}

/// Why a reply does not answer the call with this id.
#[cold]
fn no_answer<R, E>(
    reply: Result<Response<R>, ProtocolError>,
    expected: Id,
    said: Said,
) -> CallError<E> {
    match reply {
        Ok(Response { id: found, .. }) => ProtocolError::WrongId { expected, found }.into(),
        Err(error) => said.invalid(error),
    }
}

/// A notification gets no answer. But a server that does not recognise the message as a request says so in an error
/// object.
pub(super) fn expect_no_error<T: Transport>(
    client: &Client<T>,
    reply: TransportReply,
) -> Result<(), CallError> {
    let (body, said) = reply.into_parts();
    let response = read_single::<Span>(&body);
    let response = response.ok().or_else(|| {
        let tolerance = client.tolerance()?;
        let asked = Asked::new(false, []).doubtful(said.error.is_some());
        let forgiven = Tolerance::forgive(&body, asked)?;
        tolerance.log(&forgiven, client.transport().destination());
        read_single(&forgiven.reply).ok()
    });
    if let Some(Response {
        outcome: Err(error),
        ..
    }) = response
    {
        return Err(CallError::object_in_reply(error, Addressed::Message, said));
    }
    match said.error {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

impl<T, R, E> fmt::Debug for Call<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt_work(f, "Call", &self.work)
    }
}

impl<T> fmt::Debug for Notification<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt_work(f, "Notification", &self.work)
    }
}

fn fmt_work<T, O>(f: &mut fmt::Formatter, name: &str, work: &Lazy<CallDraft<T>, O>) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    if let Some(draft) = work.draft() {
        shown
            .field("id", &draft.id)
            .field("options", &draft.options);
    }
    shown.finish_non_exhaustive()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A task that awaits a call holds it until it completes.
    #[test]
    fn a_call_is_not_much_larger_than_its_headers() {
        assert!(size_of::<HeaderMap>() <= 96);
        assert!(
            size_of::<Call<(), (), ()>>() <= 256,
            "{}",
            size_of::<Call<(), (), ()>>()
        );
    }
}
