//! [`RawCall`]: a message that the caller has written.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::answers::Answers;
use super::lazy::Lazy;
use super::options::{Options, options};
use super::tolerance::Tolerance;
use super::{Client, Transport, TransportRequest};
use crate::error::{CallError, CallTarget, ProtocolError};
use crate::json::id::Id;
use crate::wire::Message;
use crate::wire::response::{BatchReply, Content, Entry, Span, read_batch, read_single};
use crate::wire::summary::Summary;
use crate::wire::tolerant::Asked;

/// A message for [`Client::send`]: text, or a JSON value.
#[derive(Clone)]
pub struct RawMessage(String);

impl From<&str> for RawMessage {
    fn from(message: &str) -> Self {
        RawMessage(message.to_owned())
    }
}

impl From<String> for RawMessage {
    fn from(message: String) -> Self {
        RawMessage(message)
    }
}

impl From<serde_json::Value> for RawMessage {
    fn from(message: serde_json::Value) -> Self {
        RawMessage(message.to_string())
    }
}

/// The message is not shown.
impl fmt::Debug for RawMessage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RawMessage")
            .field("bytes", &self.0.len())
            .finish()
    }
}

/// A message that is sent as it is: see [`Client::send`]. It is a future like [`Call`](super::Call), and sends the message
/// when it is first polled.
///
/// # Panics
///
/// As [`Call`](super::Call) does.
#[must_use = "a message is not sent until it is awaited or polled"]
pub struct RawCall<T> {
    work: Lazy<RawDraft<T>, Result<Option<String>, CallError>>,
}

/// A raw message that has not been polled.
struct RawDraft<T> {
    client: Client<T>,
    message: RawMessage,
    sent: Summary,
    options: Options,
    checked: bool,
}

impl<T: Transport> RawCall<T> {
    options!();

    pub(super) fn new(client: Client<T>, message: RawMessage) -> Self {
        RawCall {
            work: Lazy::Draft(RawDraft {
                client,
                sent: Summary::read(message.0.as_bytes()),
                message,
                options: Options::default(),
                checked: false,
            }),
        }
    }

    /// Keeps all params in the message out of the [message log](crate::message_log).
    #[track_caller]
    pub fn secret_params(mut self) -> Self {
        let draft = self.work.draft_mut();
        draft.options.secret_params_of(&draft.sent.methods);
        self
    }

    /// Promises that running the methods in the message twice has the same effect as running them once: see
    /// [`Call::idempotent`](super::Call::idempotent).
    #[track_caller]
    pub fn idempotent(mut self) -> Self {
        self.options_mut().idempotent = true;
        self
    }

    /// Checks the reply, as for any other call. It must be a response or a batch of responses (sections 5 and 6 of the
    /// specification), and must answer the ids in the message. Otherwise the error is [`CallError::Protocol`].
    ///
    /// An error object passes, since it is a response. One without an id answers every call that has no other answer. The
    /// results themselves are not checked. Ids in a batch have to differ. A missing reply passes if only notifications were
    /// sent, of 2.0 or of 1.0.
    ///
    /// Ids are strings, numbers or null. JSON-RPC 1.0 allows others, such as `[1]`; a request with such an id cannot be
    /// checked.
    ///
    /// A [tolerant](Client::tolerant) client returns a reply that it forgives as it should have been.
    ///
    /// ```
    /// # use rpc_core::{Dispatcher, memory};
    /// # futures_util::FutureExt::now_or_never(async {
    /// # let client = memory::connect(Dispatcher::new().method("echo", |text: String| async { text }));
    /// let message = r#"{"jsonrpc":"2.0","method":"echo","params":["hi"],"id":1}"#;
    /// let reply = client.send(message).checked().await?;
    /// assert_eq!(reply.as_deref(), Some(r#"{"jsonrpc":"2.0","result":"hi","id":1}"#));
    /// # Ok::<(), rpc_core::CallError>(())
    /// # }).unwrap().unwrap();
    /// ```
    #[track_caller]
    pub fn checked(mut self) -> Self {
        self.work.draft_mut().checked = true;
        self
    }

    #[track_caller]
    fn options_mut(&mut self) -> &mut Options {
        &mut self.work.draft_mut().options
    }
}

impl<T: Transport> RawDraft<T> {
    async fn send(self) -> Result<Option<String>, CallError> {
        let RawDraft { client, sent, .. } = self;
        let request = self
            .options
            .into_request(self.message.0.into_bytes(), !sent.is_silent);
        let outcome = match request {
            Ok(request) => send(&client, request, self.checked.then_some(&sent)).await,
            Err(error) => Err(error.into()),
        };
        outcome.map_err(|error| error.in_call(|| sent.target(&client)))
    }
}

/// Sends a message, and checks its reply against what was sent if that is given.
async fn send<T: Transport>(
    client: &Client<T>,
    request: TransportRequest,
    sent: Option<&Summary>,
) -> Result<Option<String>, CallError> {
    let (mut body, said) = client.transport().send(request).await?.into_parts();
    let is_doubtful = said.error.is_some();
    let refused = match (is_doubtful.then(|| no_reply(&body)).flatten(), sent) {
        (Some(why), _) => Some(said.invalid(why)),
        (None, Some(sent)) => check(sent, &body).err().map(CallError::from),
        (None, None) => None,
    };
    if let Some(error) = refused {
        let forgiven = sent.and_then(|sent| forgiven(client, sent, &body, is_doubtful));
        body = forgiven.ok_or(error)?;
    }
    if body.is_empty() {
        return Ok(None);
    }
    match String::from_utf8(body.into()) {
        Ok(reply) => Ok(Some(reply)),
        Err(error) => Err(ProtocolError::not_utf8(error.utf8_error()).into()),
    }
}

/// A reply that a tolerant client forgives, as it should have been.
fn forgiven<T: Transport>(
    client: &Client<T>,
    sent: &Summary,
    reply: &[u8],
    is_doubtful: bool,
) -> Option<Bytes> {
    let tolerance = client.tolerance()?;
    let asked = Asked::new(sent.is_batch, &sent.ids).doubtful(is_doubtful);
    let forgiven = Tolerance::forgive(reply, asked)?;
    check(sent, &forgiven.reply).ok()?;
    tolerance.log(&forgiven, client.transport().destination());
    Some(forgiven.reply)
}

impl Summary {
    fn target<T: Transport>(&self, client: &Client<T>) -> CallTarget {
        let entries = self.is_batch.then_some(self.methods.len());
        let methods = self.methods.iter().cloned();
        CallTarget::message(methods, entries, client.transport().destination())
    }
}

/// Why no server of either version could have sent this reply, to whatever message; `None` if one could.
fn no_reply(reply: &[u8]) -> Option<ProtocolError> {
    let is_version_1 =
        || matches!(Message::read(reply), Message::Single(it) if it.is_version_1_response());
    let why = read_single::<Span>(reply).err()?;
    let is_batch = match read_batch(reply) {
        Ok(BatchReply::Entries(entries)) => {
            entries.is_empty() || entries.iter().any(|it| !it.is_malformed())
        }
        Ok(BatchReply::Refused(_)) => true,
        Err(_) => false,
    };
    (!is_batch && !is_version_1()).then_some(why)
}

/// Checks that the reply answers everything that was sent, and nothing else.
fn check(sent: &Summary, reply: &[u8]) -> Result<(), ProtocolError> {
    if sent.may_be_silent && reply.is_empty() {
        return Ok(());
    }
    if sent.is_batch && !sent.is_silent {
        return match read_batch(reply)? {
            BatchReply::Entries(entries) => check_batch(sent, entries, reply),
            BatchReply::Refused(_) => Ok(()),
        };
    }
    let response = read_single::<Span>(reply)?;
    if response.is_unidentified() {
        return Ok(());
    }
    match sent.ids.first() {
        Some(id) if response.id.matches(id) => Ok(()),
        Some(id) => Err(ProtocolError::WrongId {
            expected: id.clone(),
            found: response.id,
        }),
        None if sent.has_version_1_notification && response.id.is_null() => Ok(()),
        None => Err(not_asked(reply)),
    }
}

fn check_batch(sent: &Summary, entries: Vec<Entry>, reply: &[u8]) -> Result<(), ProtocolError> {
    let mut ids: HashSet<Cow<Id>> = sent.ids.iter().map(Id::plain).collect();
    if sent.has_version_1_notification {
        ids.insert(Cow::Borrowed(&Id::NULL));
    }
    let mut any_foreign = false;
    for entry in &entries {
        match (&entry.content, &entry.id) {
            (Content::Malformed(error), _) => return Err(error.clone()),
            (Content::Error(_), Some(id)) if id.is_null() => {}
            (_, id) => any_foreign |= id.as_ref().is_none_or(|id| !ids.contains(&id.plain())),
        }
    }
    let entries = entries.into_iter().map(|it| (it.id, it.content));
    let mut answers = Answers::sort(&sent.ids, entries, Content::unassigned);
    for (place, id) in sent.ids.iter().enumerate() {
        answers.take(place, id)?;
    }
    match any_foreign {
        true => Err(not_asked(reply)),
        false => Ok(()),
    }
}

fn not_asked(reply: &[u8]) -> ProtocolError {
    ProtocolError::NotResponse {
        reason: "it answers an id that was not sent",
        excerpt: ProtocolError::excerpt(&String::from_utf8_lossy(reply)),
    }
}

impl<T: Transport> Future for RawCall<T> {
    type Output = Result<Option<String>, CallError>;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        let start = |draft: RawDraft<T>| Box::pin(draft.send()) as _;
        self.get_mut().work.poll(task, start)
    }
}

impl<T> fmt::Debug for RawCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut shown = f.debug_struct("RawCall");
        if let Some(draft) = self.work.draft() {
            shown
                .field("message", &draft.message)
                .field("options", &draft.options)
                .field("checked", &draft.checked);
        }
        shown.finish_non_exhaustive()
    }
}
