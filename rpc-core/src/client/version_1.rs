//! [`Version1`]: calls to a server that knows JSON-RPC 1.0 only.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Client, Incoming, Outgoing, Transport, TransportFailure};
use crate::error::TransportError;

/// A transport to a server that knows JSON-RPC 1.0 only: see [`Client::version_1`].
pub struct Version1<T>(Client<T>);

impl<T> Version1<T> {
    pub(super) fn new(client: Client<T>) -> Self {
        Version1(client)
    }
}

impl<T> fmt::Debug for Version1<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Version1").field(&self.0).finish()
    }
}

impl<T: Transport> Transport for Version1<T> {
    async fn send(&self, mut message: Outgoing) -> Result<Incoming, TransportFailure> {
        if let Some(request) = each(&message.body, request)? {
            message.body = request;
        }
        let mut incoming = self.0.transport().send(message).await?;
        if let Some(response) = each(&incoming.body, response)? {
            incoming.body = Bytes::from(response);
        }
        Ok(incoming)
    }
}

/// Rewrites a message, or each of a batch; `None` for what is none. The client says what is wrong with that.
fn each(
    message: &[u8],
    rewrite: impl Fn(&RawValue) -> Result<Option<String>, TransportError>,
) -> Result<Option<Vec<u8>>, TransportError> {
    let Ok(message) = serde_json::from_slice::<&RawValue>(message) else {
        return Ok(None);
    };
    let Ok(batch) = serde_json::from_str::<Vec<&RawValue>>(message.get()) else {
        return Ok(rewrite(message)?.map(String::into_bytes));
    };
    let mut rewritten = Vec::with_capacity(batch.len());
    for message in batch {
        let new = rewrite(message)?;
        rewritten.push(new.unwrap_or_else(|| message.get().to_owned()));
    }
    Ok(Some(format!("[{}]", rewritten.join(",")).into_bytes()))
}

/// A request of 2.0, as the client writes it.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    jsonrpc: &'a RawValue,
    method: &'a RawValue,
    params: Option<&'a RawValue>,
    id: Option<&'a RawValue>,
}

/// A request of 2.0 in 1.0; `None` for what is none, which somebody has written by hand.
fn request(message: &RawValue) -> Result<Option<String>, TransportError> {
    let Ok(request) = serde_json::from_str::<Request>(message.get()) else {
        return Ok(None);
    };
    if request.jsonrpc.get() != r#""2.0""# {
        return Ok(None);
    }
    let params = request.params.map_or("[]", RawValue::get);
    if params.starts_with('{') {
        let reason = "JSON-RPC 1.0 has params by position only";
        return Err(TransportError::message(reason));
    }
    let (method, id) = (request.method, request.id.map_or("null", RawValue::get));
    Ok(Some(format!(
        r#"{{"method":{method},"params":{params},"id":{id}}}"#
    )))
}

#[derive(Deserialize)]
struct Response<'a> {
    jsonrpc: Option<serde::de::IgnoredAny>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    id: &'a RawValue,
}

/// A response of 1.0 in 2.0; `None` for what is none.
fn response(message: &RawValue) -> Result<Option<String>, TransportError> {
    let Ok(response) = serde_json::from_str::<Response>(message.get()) else {
        return Ok(None);
    };
    if response.jsonrpc.is_some() {
        return Ok(None);
    }
    let id = response.id;
    let rewritten = match (response.error, response.result) {
        (Some(error), _) => {
            let error = error_object(error);
            format!(r#"{{"jsonrpc":"2.0","error":{error},"id":{id}}}"#)
        }
        // A result may be null, too.
        (None, result) => {
            let result = result.map_or("null", RawValue::get);
            format!(r#"{{"jsonrpc":"2.0","result":{result},"id":{id}}}"#)
        }
    };
    Ok(Some(rewritten))
}

/// An error of 1.0 may be anything. Most servers send what 2.0 calls an error object.
fn error_object(error: &RawValue) -> String {
    #[derive(Deserialize)]
    struct Object {
        #[serde(rename = "code")]
        _code: i64,
        #[serde(rename = "message")]
        _message: String,
    }

    let error = error.get();
    if error.starts_with('{') && serde_json::from_str::<Object>(error).is_ok() {
        return error.to_owned();
    }
    if error.starts_with('"') {
        return format!(r#"{{"code":-32000,"message":{error}}}"#);
    }
    format!(r#"{{"code":-32000,"message":"Server error","data":{error}}}"#)
}
