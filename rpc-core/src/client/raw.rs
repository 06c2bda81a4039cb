//! [`RawCall`]: a message that somebody else has written.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::IgnoredAny;

use super::call::{Options, options};
use super::{Client, Transport};
use crate::error::{CallError, ProtocolError};

/// A message for [`Client::send`]: text, or a JSON value.
#[derive(Debug, Clone)]
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

/// A message that is sent as it is: await it, or first say more about it. See [`Client::send`].
#[derive(Debug)]
#[must_use = "a message is not sent until it is awaited"]
pub struct RawCall<T> {
    client: Client<T>,
    message: RawMessage,
    options: Options,
}

impl<T: Transport> RawCall<T> {
    options!();

    pub(super) fn new(client: Client<T>, message: RawMessage) -> Self {
        RawCall {
            client,
            message,
            options: Options::default(),
        }
    }

    async fn send(self) -> Result<Option<String>, CallError> {
        let outgoing = self
            .options
            .outgoing(self.message.0.into_bytes(), true)
            .map_err(CallError::Encode)?;
        let incoming = self.client.transport().send(outgoing).await?;
        if let Some(error) = incoming.doubt
            && serde_json::from_slice::<IgnoredAny>(&incoming.body).is_err()
        {
            return Err(CallError::Transport(error));
        }
        if incoming.body.is_empty() {
            return Ok(None);
        }
        match String::from_utf8(incoming.body.into()) {
            Ok(reply) => Ok(Some(reply)),
            Err(_) => Err(ProtocolError::NotUtf8.into()),
        }
    }
}

impl<T: Transport> IntoFuture for RawCall<T> {
    type Output = Result<Option<String>, CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
