//! [`Call`]: one call, before it is awaited.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Client, Transport, TransportReply, TransportRequest};
use crate::Id;
use crate::bounds::{ReadableOwned, Writable};
use crate::contract::ParamsStyle;
use crate::error::{CallError, EncodeError, MethodError, ProtocolError};
use crate::message_log::{self, Headers, Secret};
use crate::wire::response::{Decoded, Response, Span, read_single};
use crate::wire::write;

/// Enough for the envelope of most calls and a few small parameters.
const MESSAGE_CAPACITY: usize = 128;

/// One call: await it, or first say more about it.
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
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T, R, E> {
    pub(super) client: Client<T>,
    /// The message, up to where the id belongs.
    pub(super) message: Result<Vec<u8>, EncodeError>,
    pub(super) options: Options,
    pub(super) id: Option<Id>,
    types: PhantomData<fn() -> (R, E)>,
}

/// A message that nobody waits to be answered.
#[must_use = "a notification does nothing until it is awaited"]
pub struct Notification<T> {
    pub(super) client: Client<T>,
    pub(super) message: Result<Vec<u8>, EncodeError>,
    pub(super) options: Options,
}

/// What can be said about one message.
#[derive(Default)]
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    pub(super) headers: HeaderMap,
    unbatched: bool,
    secrets: Vec<Secret>,
    /// The first header that is none.
    failure: Option<EncodeError>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("headers", &Headers(&self.headers))
            .field("unbatched", &self.unbatched)
            .field("secrets", &self.secrets)
            .field("failure", &self.failure)
            .finish()
    }
}

impl Options {
    pub(super) fn header<N, V>(&mut self, name: N, value: V)
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        match (
            name.try_into().map_err(Into::into),
            value.try_into().map_err(Into::into),
        ) {
            (Ok(name), Ok(value)) => drop(self.headers.append(name, value)),
            (Err(error), _) | (_, Err(error)) => {
                self.failure.get_or_insert(EncodeError::Header(error));
            }
        }
    }

    pub(super) fn secret(&mut self, secret: Secret) {
        self.secrets.push(secret);
    }

    /// Keeps all params of these methods out of the message log.
    pub(super) fn secret_params_of(&mut self, methods: &[String]) {
        // That there are any, so that what names no method that can be read is hidden as well.
        self.secret(Secret::params(""));
        let secrets = methods.iter().cloned().map(Secret::params);
        self.secrets.extend(secrets);
    }

    /// Adds another message's options: its headers, and its timeout where it is the longer one.
    pub(super) fn join(&mut self, other: Options) -> Result<(), EncodeError> {
        if let Some(failure) = other.failure {
            return Err(failure);
        }
        for (name, value) in &other.headers {
            if !self
                .headers
                .get_all(name)
                .iter()
                .any(|known| known == value)
            {
                self.headers.append(name, value.clone());
            }
        }
        self.timeout = self.timeout.max(other.timeout);
        message_log::join(&mut self.secrets, &other.secrets);
        Ok(())
    }

    pub(super) fn into_request(
        self,
        body: Vec<u8>,
        expects_reply: bool,
    ) -> Result<TransportRequest, EncodeError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut request = TransportRequest::new(body);
        request.headers = self.headers;
        request.timeout = self.timeout;
        request.expects_reply = expects_reply;
        request.unbatched = self.unbatched;
        request.secrets = self.secrets;
        Ok(request)
    }
}

/// `timeout`, `header` and `headers`, which calls, notifications and batches have alike.
macro_rules! options {
    () => {
        /// How long to wait for the reply, instead of what the transport waits by default.
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }

        /// Sends a header with this message. One that is not allowed fails the call, before anything is sent.
        pub fn header<N, V>(mut self, name: N, value: V) -> Self
        where
            N: TryInto<HeaderName, Error: Into<http::Error>>,
            V: TryInto<HeaderValue, Error: Into<http::Error>>,
        {
            self.options.header(name, value);
            self
        }

        /// Sends headers with this message.
        pub fn headers(mut self, headers: &HeaderMap) -> Self {
            for (name, value) in headers {
                self.options.headers.append(name, value.clone());
            }
            self
        }
    };
}
pub(super) use options;

/// `secret_param` and `secret_params`, for a message that begins with its method's name.
macro_rules! secrets {
    () => {
        /// Keeps a parameter out of the [message log](crate::message_log), by its place, from 0, and by its name: for what has
        /// no contract. Where there is one, it says so itself, by `#[rpc(secret)]`.
        ///
        /// ```
        /// # use rpc_core::{Dispatcher, memory};
        /// # let client = memory::connect(Dispatcher::new());
        /// # let password = "";
        /// let login = client.call::<_, bool>("login", ("ann", password)).secret_param(1, "password");
        /// # drop(login);
        /// ```
        pub fn secret_param(self, index: usize, name: impl Into<Cow<'static, str>>) -> Self {
            match self.method() {
                Some(method) => self.secret(Secret::param(method, index, name)),
                None => self,
            }
        }

        /// Keeps all parameters out of the [message log](crate::message_log).
        pub fn secret_params(self) -> Self {
            match self.method() {
                Some(method) => self.secret(Secret::params(method)),
                None => self,
            }
        }

        pub(crate) fn secret(mut self, secret: Secret) -> Self {
            self.options.secret(secret);
            self
        }

        /// `None` where the params could not be written, and nothing is sent.
        fn method(&self) -> Option<String> {
            write::method_of(self.message.as_deref().ok()?)
        }
    };
}

impl<T: Transport, R, E> Call<T, R, E> {
    options!();
    secrets!();

    /// Uses this id, instead of the client's next one.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sends the call in a message of its own, where the client gathers calls into one: see [`Batched`](super::Batched).
    /// For a call that takes long, on which others would have to wait.
    pub fn unbatched(mut self) -> Self {
        self.options.unbatched = true;
        self
    }

    /// Sends the call as a notification: the method runs, and nobody hears of it.
    pub fn notify(self) -> Notification<T> {
        Notification {
            client: self.client,
            message: self.message,
            options: self.options,
        }
    }
}

impl<T: Transport> Notification<T> {
    options!();
    secrets!();

    async fn send(self) -> Result<(), CallError> {
        let mut message = self.message.map_err(CallError::Encode)?;
        write::end_notification(&mut message);
        let request = self
            .options
            .into_request(message, false)
            .map_err(CallError::Encode)?;
        silence(self.client.transport().send(request).await?)
    }
}

/// Nothing is the answer to notifications. But a server that takes them for no request says so, in an error object.
pub(super) fn silence(reply: TransportReply) -> Result<(), CallError> {
    if let Ok(Response {
        outcome: Err(error),
        ..
    }) = read_single::<Span>(&reply.body)
    {
        return Err(CallError::Object(error));
    }
    match reply.error_if_invalid {
        Some(error) => Err(CallError::Transport(error)),
        None => Ok(()),
    }
}

impl<T: Transport, R: DeserializeOwned, E: MethodError> Call<T, R, E> {
    async fn send(self) -> Result<R, CallError<E>> {
        let mut message = self.message.map_err(CallError::Encode)?;
        let id = self.id.unwrap_or_else(|| self.client.next_id());
        write::end_request(&mut message, &id);
        let mut request = self
            .options
            .into_request(message, true)
            .map_err(CallError::Encode)?;
        request.call = Some(id.clone());
        let reply = self.client.transport().send(request).await?;
        let response = match (
            read_single::<Decoded<R>>(&reply.body),
            reply.error_if_invalid,
        ) {
            (Ok(response), _) => response,
            (Err(_), Some(error_if_invalid)) => return Err(CallError::Transport(error_if_invalid)),
            (Err(error), None) => return Err(error.into()),
        };
        // A server that could not tell the id answers with null (section 5).
        let unidentified = response.id.is_null() && response.outcome.is_err();
        if !unidentified && !response.id.matches(&id) {
            return Err(ProtocolError::WrongId {
                expected: id,
                found: response.id,
            }
            .into());
        }
        match response.outcome {
            Ok(Decoded(result)) => Ok(result?),
            Err(error) => Err(CallError::from_object(error)),
        }
    }
}

impl<E: MethodError> CallError<E> {
    /// The method's own error, where the object is that; any other object as it is.
    pub(super) fn from_object(object: crate::ErrorObject) -> Self {
        match E::from_error_object(&object) {
            Some(error) => CallError::Method(error),
            None => CallError::Object(object),
        }
    }
}

impl<T: Transport, R: DeserializeOwned + 'static, E: MethodError + 'static> IntoFuture
    for Call<T, R, E>
{
    type Output = Result<R, CallError<E>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T: Transport> IntoFuture for Notification<T> {
    type Output = Result<(), CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, R, E> fmt::Debug for Call<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Call")
            .field("id", &self.id)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Notification<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Notification")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Writes the message of a call, argument by argument: what generated stubs use.
pub struct CallBuilder<T> {
    client: Client<T>,
    message: Vec<u8>,
    /// What closes the params; `None` before the first argument.
    close: Option<u8>,
    secrets: Vec<Secret>,
    failure: Option<EncodeError>,
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
        write::request_head(&mut message, method);
        CallBuilder {
            client,
            message,
            close: None,
            secrets: Vec::new(),
            failure: None,
        }
    }

    /// Keeps an argument, or all of them, out of logs.
    pub fn secret(mut self, secret: Secret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// Adds an argument, by position or by name. All arguments of one call are sent in one style.
    pub fn argument<V: Writable + ?Sized>(
        mut self,
        style: ParamsStyle,
        name: &str,
        value: &V,
    ) -> Self {
        let named = style == ParamsStyle::Named;
        if self.close.is_some() {
            self.message.push(b',');
        } else {
            self.message.extend_from_slice(write::PARAMS);
            let (open, close) = if named { (b'{', b'}') } else { (b'[', b']') };
            self.message.push(open);
            self.close = Some(close);
        }
        if named {
            self.write(name);
            self.message.push(b':');
        }
        self.write(value);
        self
    }

    /// Adds all params at once: a value that is an array or an object. One that serialises as `null` makes no params.
    pub fn whole<V: Writable + ?Sized>(mut self, params: &V) -> Self {
        let start = self.message.len();
        self.message.extend_from_slice(write::PARAMS);
        self.write(params);
        match self.message.get(start + write::PARAMS.len()) {
            Some(b'[' | b'{') | None => {}
            Some(b'n') => self.message.truncate(start),
            Some(_) => drop(self.failure.get_or_insert(EncodeError::Shape)),
        }
        self
    }

    /// The call, to be awaited.
    pub fn call<R: ReadableOwned, E>(mut self) -> Call<T, R, E> {
        self.message.extend(self.close);
        let message = match self.failure {
            None => Ok(self.message),
            Some(error) => Err(error),
        };
        Call {
            client: self.client,
            message,
            options: Options {
                secrets: self.secrets,
                ..Options::default()
            },
            id: None,
            types: PhantomData,
        }
    }

    /// The notification, to be awaited.
    pub fn notification(self) -> Notification<T> {
        self.call::<(), std::convert::Infallible>().notify()
    }

    fn write<V: Serialize + ?Sized>(&mut self, value: &V) {
        if let Err(error) = serde_json::to_writer(&mut self.message, value) {
            self.failure.get_or_insert(EncodeError::Params(error));
        }
    }
}
