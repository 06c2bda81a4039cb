//! [`Version1`]: calls to a server that knows JSON-RPC 1.0 only.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;

use super::{Client, Transport, TransportFailure, TransportReply, TransportRequest};
use crate::error::ProtocolError;
use crate::json::shape::{Member, array, object, value};
use crate::wire::asked::is_version_1_notification;

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
    async fn send(
        &self,
        mut message: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        if let Some(request) = each(&message.body, request)? {
            message.body = request;
        }
        message.unbatched = true; // 1.0 has no batches
        if message.call.is_none() && is_notification(&message.body) {
            message.expects_reply = false;
        }
        let mut reply = self.0.transport().send(message).await?;
        if let Some(response) = each(&reply.body, |it| Ok(response(it)))? {
            reply.body = Bytes::from(response);
        }
        Ok(reply)
    }
}

/// Rewrites a message, or each of a batch; `None` for what is none. The client says what is wrong with that.
fn each(
    message: &[u8],
    rewrite: impl Fn(&str) -> Result<Option<String>, ProtocolError>,
) -> Result<Option<Vec<u8>>, ProtocolError> {
    let Some(message) = crate::json::text::read(message).ok().and_then(value) else {
        return Ok(None);
    };
    let Some(batch) = array(message) else {
        return Ok(rewrite(message)?.map(String::into_bytes));
    };
    let mut rewritten = Vec::with_capacity(batch.len());
    for message in batch {
        let new = rewrite(message)?;
        rewritten.push(new.unwrap_or_else(|| message.to_owned()));
    }
    Ok(Some(format!("[{}]", rewritten.join(",")).into_bytes()))
}

fn member<'a>(members: &[Member<'a>], name: &str) -> Option<&'a str> {
    let member = members.iter().find(|member| member.is(name))?;
    Some(member.value)
}

/// A request of 2.0 in 1.0; `None` for what is none, which somebody has written by hand.
fn request(message: &str) -> Result<Option<String>, ProtocolError> {
    let members = object(message).unwrap_or_default();
    let member = |name| member(&members, name);
    let (Some(r#""2.0""#), Some(method)) = (member("jsonrpc"), member("method")) else {
        return Ok(None);
    };
    let params = member("params").filter(|params| *params != "null");
    let params = params.unwrap_or("[]");
    if params.starts_with('{') {
        return Err(ProtocolError::NamedParams);
    }
    let id = member("id").unwrap_or("null");
    Ok(Some(format!(
        r#"{{"method":{method},"params":{params},"id":{id}}}"#
    )))
}

/// Is this one notification of 1.0?
fn is_notification(message: &[u8]) -> bool {
    let message = crate::json::text::read(message).ok().and_then(value);
    let members = message.and_then(object).unwrap_or_default();
    is_version_1_notification(&members)
}

/// A response of 1.0 in 2.0; `None` for what is none.
pub(super) fn response(message: &str) -> Option<String> {
    let members = object(message)?;
    let member = |name| member(&members, name);
    let is_version_1 = member("jsonrpc").is_none_or(|version| version == r#""1.0""#);
    let id = member("id").filter(|_| is_version_1)?;
    let error = member("error").filter(|error| *error != "null");
    match (member("result"), error) {
        (Some(result), None) => Some(format!(
            r#"{{"jsonrpc":"2.0","result":{result},"id":{id}}}"#
        )),
        (None | Some("null"), Some(error)) => {
            let error = error_object(error);
            Some(format!(r#"{{"jsonrpc":"2.0","error":{error},"id":{id}}}"#))
        }
        (None, None) | (Some(_), Some(_)) => None,
    }
}

/// An error of 1.0 may be anything. Most servers send what 2.0 calls an error object.
fn error_object(error: &str) -> String {
    #[derive(Deserialize)]
    struct Object {
        #[serde(rename = "code")]
        _code: i64,
        #[serde(rename = "message")]
        _message: String,
    }

    if error.starts_with('{') && serde_json::from_str::<Object>(error).is_ok() {
        return error.to_owned();
    }
    if error.starts_with('"') {
        return format!(r#"{{"code":-32000,"message":{error}}}"#);
    }
    format!(r#"{{"code":-32000,"message":"Server error","data":{error}}}"#)
}
