//! [`Options`]: what can be set on one message before it is sent.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::TransportRequest;
use super::within::{NotSent, Within};
use crate::error::EncodeError;
use crate::limits::SlowReader;
use crate::secret::{self, Secret};
use crate::service::Context;
use crate::shown::Headers;

/// What can be set on one message before it is sent.
#[derive(Default)]
pub(super) struct Options {
    pub(super) timeout: Option<Duration>,
    /// What the message takes over from the surrounding call. Boxed, so that other messages stay small.
    within: Option<Box<Within>>,
    /// Boxed, so that other messages stay small.
    stream: Option<Box<StreamOptions>>,
    pub(super) headers: HeaderMap,
    pub(super) unbatched: bool,
    /// Whether the message may be sent again although it may have run.
    pub(super) idempotent: bool,
    pub(super) secrets: Vec<Secret>,
    /// Why the message can't be sent: the first thing that could not be encoded.
    failure: Option<Box<EncodeError>>,
}

/// What can be set on a call that opens a stream.
#[derive(Default)]
pub(super) struct StreamOptions {
    pub(super) idle_timeout: Option<Duration>,
    /// The method that closes the subscription, if the call opens one.
    pub(super) unsubscribe: Option<String>,
    pub(super) slow_reader: SlowReader,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("headers", &Headers(&self.headers))
            .field("unbatched", &self.unbatched)
            .field("idempotent", &self.idempotent)
            .field("secrets", &self.secrets)
            .field("failure", &self.failure)
            .finish()
    }
}

impl Options {
    pub(super) fn stream_mut(&mut self) -> &mut StreamOptions {
        self.stream.get_or_insert_default()
    }

    /// `failure` is the reason why the message can't be sent.
    pub(super) fn new(secrets: Vec<Secret>, failure: Option<EncodeError>) -> Self {
        Options {
            secrets,
            failure: failure.map(Box::new),
            ..Options::default()
        }
    }

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
                self.failure
                    .get_or_insert_with(|| Box::new(EncodeError::Header(error)));
            }
        }
    }

    pub(super) fn headers(&mut self, headers: &HeaderMap) {
        for (name, value) in headers {
            self.headers.append(name, value.clone());
        }
    }

    /// Gives the message no more time than this call has left, and passes on what follows a call.
    pub(super) fn within(&mut self, cx: &Context) {
        let within = Within::of(cx);
        self.within = Some(Box::new(match self.within.take() {
            Some(first) => first.and(within),
            None => within,
        }));
    }

    pub(super) fn secret(&mut self, secret: Secret) {
        self.secrets.push(secret);
    }

    /// Keeps all params of these methods out of the message log.
    pub(super) fn secret_params_of(&mut self, methods: &[String]) {
        // The empty name marks the message as one with secrets, so that entries without a readable method are hidden too.
        self.secret(Secret::params(""));
        let secrets = methods.iter().cloned().map(Secret::params);
        self.secrets.extend(secrets);
    }

    /// Why the message can't be sent, if it can't.
    pub(super) fn check(&mut self) -> Result<(), EncodeError> {
        match self.failure.take() {
            Some(failure) => Err(*failure),
            None => Ok(()),
        }
    }

    /// Adds another message's options: its headers, and its timeout if that is longer.
    pub(super) fn join(&mut self, other: Options) -> Result<(), EncodeError> {
        if let Some(failure) = other.failure {
            return Err(*failure);
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
        self.within = match (self.within.take(), other.within) {
            (Some(own), Some(other)) => Some(Box::new(own.joined(*other))),
            (own, other) => own.or(other),
        };
        secret::join(&mut self.secrets, &other.secrets);
        Ok(())
    }

    pub(super) fn into_request(
        self,
        body: Vec<u8>,
        expects_reply: bool,
    ) -> Result<TransportRequest, NotSent> {
        if let Some(failure) = self.failure {
            return Err(NotSent::Encode(*failure));
        }
        let left = self.within.as_ref().and_then(|within| within.left());
        if left.is_some_and(|left| left.is_zero()) {
            return Err(NotSent::Late);
        }
        let mut request = TransportRequest::new(body);
        request.headers = self.headers;
        if let Some(within) = self.within {
            within.pass_on(&mut request.headers);
        }
        request.timeout = self.timeout;
        request.time_left = left;
        if let Some(stream) = self.stream {
            request.idle_timeout = stream.idle_timeout;
            request.unsubscribe = stream.unsubscribe;
            request.slow_reader = stream.slow_reader;
        }
        request.expects_reply = expects_reply;
        request.unbatched = self.unbatched;
        request.idempotent = self.idempotent;
        request.secrets = self.secrets;
        Ok(request)
    }
}

/// `timeout`, `header` and `headers`, which calls, notifications and batches share. The type has an `options_mut`.
macro_rules! options {
    () => {
        /// How long to wait for the reply, instead of the transport's default.
        #[track_caller]
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.options_mut().timeout = Some(timeout);
            self
        }

        /// Limits the message to the time that the surrounding call has left, and passes on the headers that follow a call:
        /// `traceparent`, `tracestate`, `baggage` and `x-request-id`, unless the message has its own.
        ///
        /// Use it in a method that calls another server. If the call's [deadline](crate::Context::deadline) has passed, nothing is
        /// sent, and the error is a timeout.
        ///
        /// ```
        /// # use rpc_core::{CallError, Client, Context, Transport};
        /// async fn stock<T: Transport>(client: &Client<T>, cx: &Context) -> Result<u32, CallError> {
        ///     client.call("stock.left", ("tea",)).within(cx).await
        /// }
        /// ```
        #[track_caller]
        pub fn within(mut self, cx: &crate::service::Context) -> Self {
            self.options_mut().within(cx);
            self
        }

        /// Sends a header with this message. A name or value that is not allowed fails the call before anything is sent.
        #[track_caller]
        pub fn header<N, V>(mut self, name: N, value: V) -> Self
        where
            N: TryInto<HeaderName, Error: Into<http::Error>>,
            V: TryInto<HeaderValue, Error: Into<http::Error>>,
        {
            self.options_mut().header(name, value);
            self
        }

        /// Sends headers with this message.
        #[track_caller]
        pub fn headers(mut self, headers: &HeaderMap) -> Self {
            self.options_mut().headers(headers);
            self
        }
    };
}
pub(super) use options;

/// `secret_param` and `secret_params`, for a message that names its method first.
macro_rules! secrets {
    () => {
        /// Keeps a parameter out of the [message log](crate::message_log), by its position, from 0, and by its name: for calls
        /// without a contract. A contract marks its secrets itself, with `#[rpc(secret)]`.
        ///
        /// ```
        /// # use rpc_core::{Dispatcher, memory};
        /// # let client = memory::connect(Dispatcher::new());
        /// # let password = "";
        /// let login = client.call::<_, bool>("login", ("ann", password)).secret_param(1, "password");
        /// # drop(login);
        /// ```
        #[track_caller]
        pub fn secret_param(mut self, index: usize, name: impl Into<Cow<'static, str>>) -> Self {
            let draft = self.work.draft_mut();
            if let Some(method) = draft.method() {
                draft.options.secret(Secret::param(method, index, name));
            }
            self
        }

        /// Keeps all parameters out of the [message log](crate::message_log).
        #[track_caller]
        pub fn secret_params(mut self) -> Self {
            let draft = self.work.draft_mut();
            if let Some(method) = draft.method() {
                draft.options.secret(Secret::params(method));
            }
            self
        }
    };
}
pub(super) use secrets;
