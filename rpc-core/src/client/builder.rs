//! [`CallBuilder`]: writes the message of a call, argument by argument.

use std::convert::Infallible;
use std::fmt;

use serde::de::DeserializeOwned;

use super::arguments::Arguments;
use super::call::CallDraft;
use super::flattened::Form;
use super::options::Options;
use super::stream_items::{Items, PassedOn};
use super::{Call, Client, CursorParameter, Notification, StreamCall, Transport, flattened};
use crate::bounds::{ReadableOwned, Writable};
use crate::contract::{Case, ParamsStyle};
use crate::error::EncodeError;
use crate::json::finite;
use crate::secret::Secret;
use crate::tracked::Tracked;
use crate::wire::write;

/// Enough for the envelope of most calls and a few small parameters.
const MESSAGE_CAPACITY: usize = 128;

/// Writes the message of a call, argument by argument: what generated stubs use.
pub struct CallBuilder<T> {
    client: Client<T>,
    message: Vec<u8>,
    /// The message's length before the params, and the arguments so far. `None` before the first argument.
    arguments: Option<(usize, Arguments)>,
    secrets: Vec<Secret>,
    idempotent: bool,
    failure: Option<EncodeError>,
}

/// A type that can be read, or a `Result` in disguise. Of the latter, [`check_value`](crate::bounds::check_value) says what
/// is wrong, and nothing else should.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "the client must be able to deserialise this type",
    note = "derive `serde::Deserialize` for this type, or for the type inside it"
)]
pub trait ReadableUnless<const IS_RESULT: bool>: Sized {
    /// The call that returns this type.
    fn call<T: Transport, E>(builder: CallBuilder<T>) -> Call<T, Self, E>;
}

#[diagnostic::do_not_recommend]
impl<R: DeserializeOwned> ReadableUnless<false> for R {
    #[inline]
    fn call<T: Transport, E>(builder: CallBuilder<T>) -> Call<T, R, E> {
        builder.call()
    }
}

#[diagnostic::do_not_recommend]
impl<R> ReadableUnless<true> for R {
    fn call<T: Transport, E>(builder: CallBuilder<T>) -> Call<T, R, E> {
        Call::never_made(builder.draft())
    }
}

impl<T> fmt::Debug for CallBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("CallBuilder")
            .field("secrets", &self.secrets)
            .finish_non_exhaustive()
    }
}

impl<T: Transport> CallBuilder<T> {
    pub(super) fn new(client: Client<T>, method: &str) -> Self {
        let mut message = Vec::with_capacity(MESSAGE_CAPACITY);
        match client.full_name(method) {
            None => write::request_head(&mut message, method),
            Some(method) => write::request_head(&mut message, &method),
        }
        CallBuilder {
            client,
            message,
            arguments: None,
            secrets: Vec::new(),
            idempotent: false,
            failure: None,
        }
    }

    /// Notes that the contract promises the method to be idempotent.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Keeps an argument, or all of them, out of logs. The secret names the method as it was passed to
    /// [`Client::start`].
    pub fn secret(mut self, mut secret: Secret) -> Self {
        if let Some(method) = self.client.full_name(&secret.method) {
            secret.method = method.into();
        }
        self.secrets.push(secret);
        self
    }

    /// Adds an argument, by position or by name. All arguments of one call are sent in one style.
    ///
    /// An argument that is `None` is left out: by name always, by position if no other argument follows it. What counts
    /// is how the value serialises. A client with [`Client::explicit_nulls`] sends it as `null`.
    pub fn argument<V: Writable + ?Sized>(
        mut self,
        style: ParamsStyle,
        name: &str,
        value: &V,
    ) -> Self {
        if self.client.sends_nulls() {
            return self.explicit_argument(style, name, value);
        }
        let (message, arguments) = self.open(style);
        let added = arguments.add(message, name, value);
        self.check(added)
    }

    /// Adds an argument like [`argument`](Self::argument), but sends `None` as `null`.
    pub fn explicit_argument<V: Writable + ?Sized>(
        mut self,
        style: ParamsStyle,
        name: &str,
        value: &V,
    ) -> Self {
        let (message, arguments) = self.open(style);
        let added = arguments.add_explicitly(message, name, value);
        self.check(added)
    }

    /// Adds all params at once, like [`whole`](Self::whole), but leaves out the members that are `None`. What is inside a
    /// member stays as it is.
    pub fn flattened<V: Writable + ?Sized>(self, params: &V) -> Self {
        if self.client.sends_nulls() {
            return self.whole(params);
        }
        self.members(params, Form::default())
    }

    /// Like [`flattened`](Self::flattened), but writes the names of a struct's fields in another case.
    pub fn flattened_as<V: Writable + ?Sized>(self, case: Case, params: &V) -> Self {
        let explicit = self.client.sends_nulls();
        let case = Some(case);
        self.members(params, Form { case, explicit })
    }

    /// Like [`whole`](Self::whole), but writes the names of a struct's fields in another case.
    pub fn whole_as<V: Writable + ?Sized>(self, case: Case, params: &V) -> Self {
        let (case, explicit) = (Some(case), true);
        self.members(params, Form { case, explicit })
    }

    fn members<V: Writable + ?Sized>(mut self, params: &V, form: Form) -> Self {
        let start = self.message.len();
        self.message.extend_from_slice(write::PARAMS);
        match flattened::write(&mut self.message, params, form) {
            Ok(()) => self,
            Err(flattened::Failure::Json(error)) => self.check(Err(error)),
            Err(flattened::Failure::NoMembers) => {
                self.message.truncate(start);
                self.whole(params)
            }
        }
    }

    /// Adds all params at once, exactly as they serialise: a value that is an array or an object. A value that serialises as
    /// `null` means no params.
    pub fn whole<V: Writable + ?Sized>(mut self, params: &V) -> Self {
        let start = self.message.len();
        self.message.extend_from_slice(write::PARAMS);
        let written = finite::write(&mut self.message, params);
        self = self.check(written);
        match self.message.get(start + write::PARAMS.len()) {
            Some(b'[' | b'{') | None => {}
            Some(b'n') => self.message.truncate(start),
            Some(_) => drop(self.failure.get_or_insert(EncodeError::Shape)),
        }
        self
    }

    /// The call, to be awaited.
    pub fn call<R: ReadableOwned, E>(self) -> Call<T, R, E> {
        Call::new(self.draft())
    }

    /// The call of a method whose type of result the macro can't see through.
    pub fn call_unless_result<R: ReadableUnless<IS_RESULT>, E, const IS_RESULT: bool>(
        self,
    ) -> Call<T, R, E> {
        R::call(self)
    }

    fn draft(mut self) -> CallDraft<T> {
        if let Some((start, arguments)) = self.arguments
            && !arguments.close(&mut self.message)
        {
            self.message.truncate(start);
        }
        let mut options = Options::new(self.secrets, self.failure);
        options.idempotent = self.idempotent;
        CallDraft {
            client: self.client,
            message: self.message,
            options,
            id: None,
        }
    }

    /// The call of a method that returns a stream, to be awaited.
    pub fn stream<R: ReadableOwned, E>(self) -> StreamCall<T, R, E> {
        StreamCall::new(self.draft())
    }

    /// The call of a method that may return a stream, to be awaited. What comes is not read, but passed on.
    pub(crate) fn passed_on(self) -> StreamCall<T, PassedOn, Infallible> {
        StreamCall::of(self.draft(), Items::passed_on())
    }

    /// The call of a method with `stream(resume)`, to be awaited. If the connection is lost, the stream is reopened after its last
    /// item.
    pub fn resuming<C: ReadableOwned, R: ReadableOwned, E>(
        self,
        cursor: CursorParameter,
    ) -> StreamCall<T, Tracked<C, R>, E> {
        StreamCall::of(self.draft(), Items::tracked(cursor))
    }

    /// The call of a method that opens a subscription, to be awaited. `unsubscribe` is the method that closes it.
    pub fn subscription<R: ReadableOwned, E>(self, unsubscribe: &str) -> StreamCall<T, R, E> {
        let unsubscribe = match self.client.full_name(unsubscribe) {
            Some(name) => name,
            None => unsubscribe.to_owned(),
        };
        StreamCall::new(self.draft()).unsubscribed_with(unsubscribe)
    }

    /// The call of a method that returns a stream with a token in this parameter, to be awaited. The token is the id of the call.
    /// Params are sent by name.
    pub fn stream_with_token<R: ReadableOwned, E>(self, name: &'static str) -> StreamCall<T, R, E> {
        StreamCall::of(self.draft(), Items::with_token::<false>(name))
    }

    /// The same, for items that are lists, each of which continues the last.
    pub fn stream_of_lists<R: ReadableOwned, E>(self, name: &'static str) -> StreamCall<T, R, E> {
        StreamCall::of(self.draft(), Items::with_token::<true>(name))
    }

    /// The notification, to be awaited.
    pub fn notification(self) -> Notification<T> {
        self.call::<(), Infallible>().notify()
    }

    /// The message and the arguments in it.
    #[inline]
    fn open(&mut self, style: ParamsStyle) -> (&mut Vec<u8>, &mut Arguments) {
        let message = &mut self.message;
        let (_, arguments) = self.arguments.get_or_insert_with(|| {
            let start = message.len();
            message.extend_from_slice(write::PARAMS);
            (start, Arguments::open(message, style))
        });
        (message, arguments)
    }

    #[inline]
    fn check(mut self, written: serde_json::Result<()>) -> Self {
        if let Err(error) = written {
            self.failure.get_or_insert(EncodeError::Params(error));
        }
        self
    }
}
