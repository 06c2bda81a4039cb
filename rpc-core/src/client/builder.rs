//! [`CallBuilder`]: writes the message of a call, argument by argument.

use std::convert::Infallible;
use std::fmt;

use serde::Serialize;

use super::call::CallDraft;
use super::options::Options;
use super::{Call, Client, Notification, Transport};
use crate::bounds::{ReadableOwned, Writable};
use crate::contract::ParamsStyle;
use crate::error::EncodeError;
use crate::secret::Secret;
use crate::wire::write;

/// Enough for the envelope of most calls and a few small parameters.
const MESSAGE_CAPACITY: usize = 128;

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
            Some(error) => Err(Box::new(error)),
        };
        Call::new(CallDraft {
            client: self.client,
            message,
            options: Options::with_secrets(self.secrets),
            id: None,
        })
    }

    /// The notification, to be awaited.
    pub fn notification(self) -> Notification<T> {
        self.call::<(), Infallible>().notify()
    }

    fn write<V: Serialize + ?Sized>(&mut self, value: &V) {
        if let Err(error) = serde_json::to_writer(&mut self.message, value) {
            self.failure.get_or_insert(EncodeError::Params(error));
        }
    }
}
