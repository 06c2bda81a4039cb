//! [`CallError`]: why a call failed, as the caller sees it.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::code;
use super::encode::EncodeError;
use super::execution::{Execution, Judge, Verdict};
use super::in_call::{CallTarget, InCall};
use super::method::{Internal, MethodError};
use super::object::ErrorObject;
use super::overflow::Overflow;
use super::protocol::ProtocolError;
use super::timeout::TimeoutError;
use super::transport::TransportError;
use crate::excerpt::Excerpt;
use crate::kind::ErrorKind;
use crate::limits::ERROR_TEXT;

/// Why a call failed.
///
/// `E` is the error type that the method declares, or `Infallible` for a method that can't fail. Errors of the call, rather
/// than of the method, name the method and the server: see [`InCall`].
///
/// ```
/// use rpc_core::{CallError, ErrorObject, TimeoutError};
///
/// fn advice(error: CallError<ErrorObject>) -> &'static str {
///     match error {
///         CallError::Method(_) => "the method refused",
///         error if error.is_timeout() => "try again later",
///         CallError::Transport(_) => "is the server up?",
///         _ => "a bug on one of the two sides",
///     }
/// }
/// # assert_eq!(advice(CallError::Timeout(TimeoutError::Reply.into())), "try again later");
/// ```
///
/// # Whether to call again
///
/// Two questions matter, and each has one answer, whatever the transport. [`is_retryable`](Self::is_retryable): may another
/// attempt succeed? [`execution`](Self::execution): may the method have run? If it certainly did not, or if running it twice
/// does no harm, call again, after [`retry_after`](Self::retry_after) if the server said so.
///
/// ```
/// # async fn run<T: rpc_core::Transport>(client: rpc_core::Client<T>) -> Result<u64, rpc_core::CallError> {
/// use rpc_core::Execution;
///
/// let mut attempts = 0;
/// loop {
///     match client.call("orders.place", ("tea", 2)).await {
///         Err(error) if error.is_retryable() && error.execution() == Execution::NotRun && attempts < 3 => {
///             attempts += 1;
///             // Wait for `error.retry_after()`, or with a back-off of your own.
///         }
///         outcome => return outcome,
///     }
/// }
/// # }
/// ```
#[non_exhaustive]
pub enum CallError<E = Infallible> {
    /// The message or its reply was lost, or the message was refused by something that is not the method.
    Transport(InCall<TransportError>),
    /// No reply came in time.
    Timeout(InCall<TimeoutError>),
    /// A reply came, but it is not a valid answer to this call.
    Protocol(InCall<ProtocolError>),
    /// The method's own error.
    Method(E),
    /// Any other error object: a standard error, or an error that the contract does not declare.
    Object(InCall<ErrorObject>),
    /// The call could not be turned into a message. Nothing was sent.
    Encode(InCall<EncodeError>),
    /// The items of a stream came faster than they were read. Unless it [has ended](Overflow::has_ended), the stream goes on.
    Overflow(InCall<Overflow>),
}

impl<E> CallError<E> {
    /// Whether the method ran.
    ///
    /// | error | answer |
    /// | --- | --- |
    /// | the method's own, or any error object with the call's id and a code outside the reserved range | [`Ran`](Execution::Ran) |
    /// | a result of the wrong type | [`Ran`](Execution::Ran) |
    /// | error objects -32601, -32600 and -32700; the framework's -33000 and -33001; -32009 (busy) and -32006 (too many streams) | [`NotRun`](Execution::NotRun) |
    /// | error objects -32800 and -32802: cancelled, by the caller or by the server | [`MaybeRun`](Execution::MaybeRun) |
    /// | other error objects. A method may return -32602 as well, so even that code does not tell | [`MaybeRun`](Execution::MaybeRun) |
    /// | an error object without the call's id that came with an HTTP status | what the status says |
    /// | no connection, or the call's time ended before anything was sent | [`NotRun`](Execution::NotRun) |
    /// | any other timeout, a lost connection, an invalid reply | [`MaybeRun`](Execution::MaybeRun) |
    /// | the params can't be encoded | [`NotRun`](Execution::NotRun) |
    /// | a stream's items came faster than they were read | [`Ran`](Execution::Ran) |
    ///
    /// A transport can know more. Over HTTP, statuses such as 401, 404 and 429 mean that the message was refused unread, and
    /// the header `rpc-refused` says so whatever the status.
    pub fn execution(&self) -> Execution {
        self.verdict().execution
    }

    /// How long to wait before calling again, if the server said so, as HTTP's `Retry-After` does.
    pub fn retry_after(&self) -> Option<Duration> {
        self.verdict().retry_after
    }

    /// Which method was called, and on which server. `None` for the method's own errors, which have no room for it, and for
    /// errors that do not come from a call.
    pub fn target(&self) -> Option<&CallTarget> {
        match self {
            CallError::Transport(error) => error.target(),
            CallError::Timeout(error) => error.target(),
            CallError::Protocol(error) => error.target(),
            CallError::Object(error) => error.target(),
            CallError::Encode(error) => error.target(),
            CallError::Overflow(error) => error.target(),
            CallError::Method(_) => None,
        }
    }

    /// Whether the call timed out: no reply came in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, CallError::Timeout(_))
    }

    /// Whether the message or its reply was lost, or the message was refused. A timeout does not count: see
    /// [`is_timeout`](Self::is_timeout).
    pub fn is_transport(&self) -> bool {
        matches!(self, CallError::Transport(_))
    }

    /// Whether the reply was not a valid answer.
    pub fn is_protocol(&self) -> bool {
        matches!(self, CallError::Protocol(_))
    }

    /// What is wrong with the reply, if anything is.
    pub fn protocol(&self) -> Option<&ProtocolError> {
        match self {
            CallError::Protocol(error) => Some(error),
            _ => None,
        }
    }

    /// Which items of a stream could not be kept, if that is what happened.
    pub fn overflow(&self) -> Option<&Overflow> {
        match self {
            CallError::Overflow(error) => Some(error),
            _ => None,
        }
    }

    /// Why the call could not be turned into a message, if it could not.
    pub fn encode(&self) -> Option<&EncodeError> {
        match self {
            CallError::Encode(error) => Some(error),
            _ => None,
        }
    }

    /// The method's own error, if it is one.
    pub fn method(&self) -> Option<&E> {
        match self {
            CallError::Method(error) => Some(error),
            _ => None,
        }
    }

    /// The error object that the server sent, if the method does not declare it.
    pub fn object(&self) -> Option<&ErrorObject> {
        match self {
            CallError::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The transport's own error, if it is a `T`. An error object may have one too: over HTTP, the status that it came
    /// with.
    pub fn downcast_ref<T: Error + 'static>(&self) -> Option<&T> {
        match self {
            CallError::Transport(error) => error.downcast_ref(),
            CallError::Object(object) => object.transport()?.downcast_ref(),
            _ => None,
        }
    }

    /// Converts the method's own error, and leaves other errors as they are.
    pub fn map_method<F>(self, map: impl FnOnce(E) -> F) -> CallError<F> {
        match self {
            CallError::Transport(error) => CallError::Transport(error),
            CallError::Timeout(error) => CallError::Timeout(error),
            CallError::Protocol(error) => CallError::Protocol(error),
            CallError::Method(error) => CallError::Method(map(error)),
            CallError::Object(object) => CallError::Object(object),
            CallError::Encode(error) => CallError::Encode(error),
            CallError::Overflow(error) => CallError::Overflow(error),
        }
    }

    /// Says which call failed, unless that is known already.
    pub(crate) fn in_call(mut self, target: impl FnOnce() -> CallTarget) -> Self {
        match &mut self {
            CallError::Transport(error) => error.set_target(target),
            CallError::Timeout(error) => error.set_target(target),
            CallError::Protocol(error) => error.set_target(target),
            CallError::Object(error) => error.set_target(target),
            CallError::Encode(error) => error.set_target(target),
            CallError::Overflow(error) => error.set_target(target),
            CallError::Method(_) => {}
        }
        self
    }

    /// An error object that is not the method's own.
    pub(crate) fn object_in_reply(object: ErrorObject, to: Addressed, said: Said) -> Self {
        let verdict = said.verdict(&object, to);
        CallError::Object(InCall::new(object, verdict, said.error))
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            CallError::Transport(error) => error.verdict(),
            CallError::Timeout(error) => error.verdict(),
            CallError::Protocol(error) => error.verdict(),
            CallError::Object(error) => error.verdict(),
            CallError::Encode(error) => error.verdict(),
            CallError::Overflow(error) => error.verdict(),
            CallError::Method(_) => Verdict::new(Execution::Ran, false),
        }
    }

    /// The source of any error except the method's own.
    fn source_on_the_way(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CallError::Transport(error) => error.source(),
            CallError::Encode(error) => error.source(),
            CallError::Timeout(_)
            | CallError::Protocol(_)
            | CallError::Method(_)
            | CallError::Object(_)
            | CallError::Overflow(_) => None,
        }
    }
}

impl CallError<Infallible> {
    /// Converts to the error of a method that declares an error type, since `?` can't.
    ///
    /// ```
    /// # async fn add<T: rpc_core::Transport>(client: rpc_core::Client<T>) -> Result<i64, rpc_core::CallError<rpc_core::ErrorObject>> {
    /// # use rpc_core::CallError;
    /// let sum = client.call("add", (1, 2)).await.map_err(CallError::widen)?;
    /// # Ok(sum)
    /// # }
    /// ```
    pub fn widen<E>(self) -> CallError<E> {
        self.map_method(|never| match never {})
    }
}

impl<E: MethodError> CallError<E> {
    /// Whether the same call may succeed if it is repeated: after a lost connection, after a timeout, or if the server was
    /// busy.
    ///
    /// This does not mean that repeating it is harmless: see [`execution`](Self::execution). Among error objects, -32009 (busy),
    /// -32006 (too many streams) and -32802 (the server is shutting down) are retryable. A method's own error is retryable if its
    /// [kind](Self::kind) is [`TooMany`](ErrorKind::TooMany) or [`Unavailable`](ErrorKind::Unavailable).
    pub fn is_retryable(&self) -> bool {
        match self {
            CallError::Method(error) => matches!(
                error.kind(),
                Some(ErrorKind::TooMany | ErrorKind::Unavailable)
            ),
            other => other.verdict().is_retryable,
        }
    }

    /// The method's own error if the object is one of those, or the object as it is.
    pub(crate) fn from_object(object: ErrorObject, to: Addressed, said: Said) -> Self {
        // An error type may take any object, but these may have been sent before the method ran, or for another call.
        let may_be_anothers = said.shared != Shared::No && to != Addressed::ThisCall;
        if said.not_run || may_be_anothers || code::is_standard(object.code()) {
            return CallError::object_in_reply(object, to, said);
        }
        match E::from_error_object(&object) {
            Some(error) => CallError::Method(error),
            None => CallError::object_in_reply(object, to, said),
        }
    }
}

/// Which call an error object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addressed {
    /// It has the call's id.
    ThisCall,
    /// Its id is null, and it can only be for this call: no other was sent, or no other answer came.
    Message,
    /// Its id is null, and it answers one of the message's calls.
    SomeCall,
}

/// What the transport says about a reply, beside its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// What is wrong, if the body is not a reply.
    pub(crate) error: Option<TransportError>,
    /// Nothing of the message has run, whatever the body is.
    pub(crate) not_run: bool,
    /// The message may have run, since it was sent before.
    pub(crate) may_have_run: bool,
    /// The message was refused because of its form or size. No method answers like that.
    pub(crate) refused: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) shared: Shared,
}

/// Whether calls share a reply without their callers knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Shared {
    /// It is for one call alone.
    #[default]
    No,
    /// It answers one of them, but perhaps not this one.
    OfOne,
    /// It answers the message as a whole.
    OfAll,
}

impl Said {
    /// The error for a body that is not a reply.
    pub(crate) fn invalid<E>(self, why: ProtocolError) -> CallError<E> {
        let Some(error) = self.error else {
            return why.into();
        };
        // Half an answer may come from a method that ran, whatever its status.
        let is_half = matches!(why, ProtocolError::Truncated { .. });
        match is_half && !self.not_run && !self.refused {
            true => error.with_execution(Execution::MaybeRun).into(),
            false => error.into(),
        }
    }

    fn verdict(&self, object: &ErrorObject, to: Addressed) -> Verdict {
        let verdict = object.verdict();
        let by_code = verdict.execution;
        let execution = match to {
            _ if self.not_run => Execution::NotRun,
            _ if self.may_have_run && by_code == Execution::NotRun => Execution::MaybeRun,
            Addressed::ThisCall => by_code,
            Addressed::Message | Addressed::SomeCall if self.shared == Shared::OfOne => {
                Execution::MaybeRun
            }
            Addressed::SomeCall => Execution::MaybeRun,
            Addressed::Message if by_code == Execution::NotRun => by_code,
            Addressed::Message => match &self.error {
                Some(error) => error.execution(),
                None => Execution::MaybeRun,
            },
        };
        let by_status = self.error.as_ref().map(TransportError::is_retryable);
        Verdict {
            execution,
            is_retryable: by_status.unwrap_or(self.not_run)
                || self.retry_after.is_some()
                || verdict.is_retryable,
            retry_after: self.retry_after,
        }
    }
}

impl Judge for ErrorObject {
    /// Judges by the error's code only. A transport may know more.
    fn verdict(&self) -> Verdict {
        let (execution, is_retryable) = match self.code() {
            code::PARSE_ERROR
            | code::INVALID_REQUEST
            | code::METHOD_NOT_FOUND
            | code::NEEDS_DUPLEX
            | code::STREAM_IN_BATCH => (Execution::NotRun, false),
            code::BUSY | code::TOO_MANY_STREAMS | code::EXPIRED => (Execution::NotRun, true),
            // It may have been refused, or stopped on its way.
            code::SERVER_CANCELLED | code::DEADLINE_EXCEEDED => (Execution::MaybeRun, true),
            code::CANCELLED => (Execution::MaybeRun, false),
            code::REPLY_TOO_LARGE => (Execution::Ran, false),
            code if code::is_reserved(code) => (Execution::MaybeRun, false),
            _ => (Execution::Ran, false),
        };
        Verdict::new(execution, is_retryable)
    }
}

impl<E> From<TransportError> for CallError<E> {
    fn from(error: TransportError) -> Self {
        CallError::Transport(error.into())
    }
}

impl<E> From<TimeoutError> for CallError<E> {
    fn from(error: TimeoutError) -> Self {
        CallError::Timeout(error.into())
    }
}

impl<E> From<ProtocolError> for CallError<E> {
    fn from(error: ProtocolError) -> Self {
        CallError::Protocol(error.into())
    }
}

impl<E> From<Overflow> for CallError<E> {
    fn from(error: Overflow) -> Self {
        CallError::Overflow(error.into())
    }
}

impl<E> From<EncodeError> for CallError<E> {
    fn from(error: EncodeError) -> Self {
        CallError::Encode(error.into())
    }
}

/// Whatever `E` is, since nothing pins it in here. So `?` also turns the error of a call to another server into an error type
/// with `#[rpc(from)]`, although such types are not `Unpin` themselves.
impl<E> Unpin for CallError<E> {}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            CallError::Transport(error) => fmt::Display::fmt(error, f),
            CallError::Timeout(error) => fmt::Display::fmt(error, f),
            CallError::Protocol(error) => fmt::Display::fmt(error, f),
            CallError::Object(object) => fmt::Display::fmt(object, f),
            CallError::Encode(error) => fmt::Display::fmt(error, f),
            CallError::Overflow(error) => fmt::Display::fmt(error, f),
            // Its fields came from the server.
            CallError::Method(error) => fmt::Display::fmt(&Excerpt::new(error, ERROR_TEXT), f),
        }
    }
}

impl<E: fmt::Debug> fmt::Debug for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut tuple = |name, error: &dyn fmt::Debug| f.debug_tuple(name).field(error).finish();
        match self {
            CallError::Transport(error) => tuple("Transport", error),
            CallError::Timeout(error) => tuple("Timeout", error),
            CallError::Protocol(error) => tuple("Protocol", error),
            CallError::Object(object) => tuple("Object", object),
            CallError::Encode(error) => tuple("Encode", error),
            CallError::Overflow(error) => tuple("Overflow", error),
            CallError::Method(error) => tuple("Method", &Excerpt::new(error, ERROR_TEXT)),
        }
    }
}

impl<E: Error + 'static> Error for CallError<E> {
    /// Each variant displays the text of its inner error, so the chain continues with the inner error's source.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CallError::Method(error) => error.source(),
            other => other.source_on_the_way(),
        }
    }
}

// Every error converts into `Internal`, so `Internal` can't be an error itself. A `CallError<Internal>` still is one.
impl Error for CallError<Internal> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source_on_the_way()
    }
}
