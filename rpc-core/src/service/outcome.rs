//! [`Responder`] and [`Outcome`]: how a method's result becomes a reply.

use serde::Serialize;
use serde_json::value::RawValue;

use super::context::Context;
use super::panics::{Panic, Payload};
use super::room::{Room, Share};
use crate::bounds::Writable;
use crate::error::{ErrorObject, MethodError};
use crate::json::id::Id;
use crate::wire::write::RESULT_HEAD;

/// How a method ended: with an outcome, or with a panic.
pub(crate) type Caught = Result<Outcome, Payload>;

/// The size of a reply with a small result, in bytes.
const REPLY_CAPACITY: usize = 128;

/// Takes a method's result and serialises it straight into the reply's buffer.
///
/// The result of a notification is never sent, so it is not serialised.
#[derive(Debug)]
pub struct Responder {
    buffer: Vec<u8>,
    room: Room,
}

impl Responder {
    /// `buffer` may have been used before. It is cleared before it is written.
    pub(crate) fn new(buffer: Vec<u8>, room: Room) -> Self {
        Responder { buffer, room }
    }

    /// Answers with a value. If its JSON would be longer than [`Limits::max_reply`](crate::Limits::max_reply), the outcome
    /// is error -32008; if it cannot be serialised, for example because of a number that is not finite, error -32603.
    pub fn value<T: Writable>(mut self, value: T) -> Outcome {
        self.buffer.clear();
        if self.room.is_none() {
            return Outcome::silent(self.buffer);
        }
        if self.buffer.capacity() == 0 {
            self.buffer = Vec::with_capacity(REPLY_CAPACITY);
        }
        self.buffer.extend_from_slice(RESULT_HEAD);
        match self.room.write(&mut self.buffer, &value) {
            Ok(()) => Outcome {
                kind: Kind::Result(self.buffer, self.room.into_share()),
            },
            Err(error) => Outcome {
                kind: Kind::Error(error),
            },
        }
    }

    /// Answers with a result that has been [written](Self::write).
    pub(super) fn written(self, buffer: Vec<u8>) -> Outcome {
        Outcome {
            kind: Kind::Result(buffer, self.room.into_share()),
        }
    }

    /// Whether the result goes into the reply to a batch.
    pub(crate) fn is_in_batch(&self) -> bool {
        self.room.is_in_batch()
    }

    /// Takes the buffer, to write something else.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// Writes a value to the end of a buffer, as long as it may become.
    pub(super) fn write<T: Writable>(
        &mut self,
        buffer: &mut Vec<u8>,
        value: &T,
    ) -> Result<(), Box<ErrorObject>> {
        self.room.write(buffer, value)
    }

    /// Answers with a value whose type the macro can't see through.
    #[inline]
    pub fn value_unless_result<T: WritableUnless<IS_RESULT>, const IS_RESULT: bool>(
        self,
        value: T,
    ) -> Outcome {
        value.respond(self)
    }

    /// Answers with a value, or with the error that the method returned, which `into_object` converts.
    ///
    /// Generated code names `<E as MethodError>::into_error_object` itself, so that the compiler reports an error type that is
    /// not a `MethodError` in the same words as elsewhere, and thus only once.
    pub fn value_or<T: Writable, E>(
        self,
        result: Result<T, E>,
        into_object: impl FnOnce(E) -> ErrorObject,
    ) -> Outcome {
        match result {
            Ok(value) => self.value(value),
            Err(error) => into_object(error).into(),
        }
    }

    /// Answers with a value, or with the error that the method returned.
    pub fn result<T: Writable, E: MethodError>(self, result: Result<T, E>) -> Outcome {
        self.value_or(result, E::into_error_object)
    }
}

/// A [`Writable`] type, or a `Result` in disguise. Of the latter, [`check_value`](crate::bounds::check_value) says what is
/// wrong, and nothing else should.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written as JSON",
    label = "this type must be serialisable",
    note = "derive `serde::Serialize` for this type, or for the type inside it"
)]
pub trait WritableUnless<const IS_RESULT: bool> {
    /// Answers with this value.
    fn respond(self, responder: Responder) -> Outcome;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> WritableUnless<false> for T {
    #[inline]
    fn respond(self, responder: Responder) -> Outcome {
        responder.value(self)
    }
}

/// The contract of such a method does not compile, so this does not run.
#[diagnostic::do_not_recommend]
impl<T> WritableUnless<true> for T {
    fn respond(self, _: Responder) -> Outcome {
        ErrorObject::internal("a result that is an error or a value was sent as a value").into()
    }
}

/// The outcome of a call: a result or an error.
///
/// Middleware may inspect it, or return another one instead:
///
/// ```
/// use rpc_core::{ErrorObject, Outcome};
///
/// let refused = Outcome::from(ErrorObject::new(1002, "not signed in"));
/// assert_eq!(refused.error().map(ErrorObject::code), Some(1002));
/// ```
///
/// An error of the contract becomes one in the same way: `ShopError::NotSignedIn.into()`.
#[derive(Debug)]
pub struct Outcome {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The start of a response, up to the end of the result.
    ///
    /// With what it has taken from its batch.
    Result(Vec<u8>, Option<Share>),
    /// A notification that ran. Its buffer can be reused.
    Silent(Vec<u8>),
    /// Boxed, so that moving a result costs no more because of it.
    Error(Box<ErrorObject>),
}

impl Outcome {
    /// A result that no method returned, for middleware and fallbacks that answer calls themselves.
    ///
    /// The whole value is serialised. Its length is checked only when the reply is sent.
    pub fn value<T: Serialize>(value: T) -> Self {
        Responder::new(Vec::new(), Room::single(usize::MAX)).value(value)
    }

    /// The outcome of code that [`catch_async`](super::panics::catch_async) has run.
    #[inline]
    pub(crate) fn of(caught: Caught) -> Self {
        caught.unwrap_or_else(|payload| Outcome::of_panic(payload.into()))
    }

    /// The outcome of a method that panicked.
    #[cold]
    pub(crate) fn of_panic(panic: Panic) -> Self {
        panic.into_error("the method panicked").into()
    }

    /// The outcome of a call that has been answered already.
    pub(crate) fn answered() -> Self {
        Outcome::silent(Vec::new())
    }

    fn silent(buffer: Vec<u8>) -> Self {
        Outcome {
            kind: Kind::Silent(buffer),
        }
    }

    /// Whether the call succeeded.
    pub fn is_ok(&self) -> bool {
        !matches!(self.kind, Kind::Error(_))
    }

    /// The error, if the call failed.
    pub fn error(&self) -> Option<&ErrorObject> {
        match &self.kind {
            Kind::Error(error) => Some(error),
            Kind::Result(..) | Kind::Silent(_) => None,
        }
    }

    /// The result as JSON. `None` for an error, and for a notification, whose result is not serialised.
    pub fn result(&self) -> Option<&str> {
        match &self.kind {
            Kind::Result(buffer, _) => std::str::from_utf8(&buffer[RESULT_HEAD.len()..]).ok(),
            Kind::Silent(_) | Kind::Error(_) => None,
        }
    }

    /// Logs why the call failed, if the caller is not told and it is not logged yet.
    #[inline]
    pub(crate) fn log(&mut self, cx: &Context) {
        if let Kind::Error(error) = &mut self.kind {
            error.log(cx.method_name(), cx.id());
        }
    }

    /// Like [`log`](Self::log), without a context.
    pub(super) fn log_as(&mut self, method: &str, id: Option<&Id>) {
        if let Kind::Error(error) = &mut self.kind {
            error.log(method, id);
        }
    }

    /// The result as JSON, or the error. The result of a notification is `null`.
    pub(crate) fn into_result(self) -> Result<Box<RawValue>, ErrorObject> {
        let json = match self.kind {
            Kind::Error(error) => return Err(*error),
            Kind::Silent(_) => "null".to_owned(),
            Kind::Result(mut buffer, _) => {
                buffer.drain(..RESULT_HEAD.len());
                String::from_utf8(buffer).map_err(ErrorObject::internal)?
            }
        };
        RawValue::from_string(json).map_err(ErrorObject::internal)
    }

    /// The outcome of a call whose method did not run. An error whose data is too long to be sent keeps its code and its
    /// message: error -32008 would say that the method ran.
    #[cold]
    pub(crate) fn refusal(self, limit: usize) -> Self {
        match self.kind {
            Kind::Error(error) if error.is_longer_than(limit) => error.with_raw_data(None).into(),
            kind => Outcome { kind },
        }
    }

    /// The start of the response, if it has less than this many bytes and has taken nothing from its batch.
    #[inline]
    pub(crate) fn small_result(&self, length: usize) -> Option<&[u8]> {
        match &self.kind {
            Kind::Result(buffer, share) => {
                let is_small = buffer.len() < length && share.as_ref().is_none_or(Share::is_unused);
                is_small.then_some(buffer)
            }
            Kind::Silent(_) | Kind::Error(_) => None,
        }
    }

    /// Gives back what the next entry of a batch can use again.
    #[inline]
    pub(crate) fn give_back(&mut self, spare: &mut Vec<u8>, spare_share: &mut Option<Share>) {
        // Swaps, since moves would take them apart and put them together again.
        match &mut self.kind {
            Kind::Result(buffer, share) => {
                std::mem::swap(buffer, spare);
                std::mem::swap(share, spare_share);
            }
            Kind::Silent(buffer) => std::mem::swap(buffer, spare),
            Kind::Error(_) => {}
        }
    }

    /// Takes the outcome, and leaves that of a notification.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Outcome::silent(Vec::new()))
    }

    /// What the result has taken from its batch.
    pub(crate) fn take_share(&mut self) -> Option<Share> {
        match &mut self.kind {
            Kind::Result(_, share) => share.take(),
            Kind::Silent(_) | Kind::Error(_) => None,
        }
    }

    /// The buffer and the error, if there is one.
    #[inline]
    pub(crate) fn into_parts(self) -> (Vec<u8>, Option<Box<ErrorObject>>) {
        match self.kind {
            Kind::Result(buffer, _) | Kind::Silent(buffer) => (buffer, None),
            Kind::Error(error) => (Vec::new(), Some(error)),
        }
    }
}

/// The error that a method, middleware or a fallback returns: an [`ErrorObject`], or an error of the contract.
impl<E: MethodError> From<E> for Outcome {
    fn from(error: E) -> Self {
        Outcome {
            kind: Kind::Error(Box::new(error.into_error_object())),
        }
    }
}
