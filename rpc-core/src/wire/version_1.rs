//! Messages of JSON-RPC 2.0 rewritten for a 1.0 server, and its responses rewritten as those of 2.0.

use super::envelope::{Envelope, Member, Message};
use super::error_object;
use crate::error::ProtocolError;

/// Rewrites the requests and notifications of a message for 1.0. `None` if the message is not JSON.
pub(crate) fn requests(message: &[u8]) -> Result<Option<Vec<u8>>, ProtocolError> {
    each(message, request)
}

/// Rewrites the responses of a 1.0 server as those of 2.0. `None` if the reply is not JSON.
pub(crate) fn responses(reply: &[u8]) -> Option<Vec<u8>> {
    each(reply, |it| Ok(response(it))).ok().flatten()
}

/// Whether the message is one notification of 1.0.
pub(crate) fn is_notification(message: &[u8]) -> bool {
    matches!(Message::read(message), Message::Single(it) if it.is_version_1_notification())
}

/// Rewrites a message, or each entry of a batch. What cannot be rewritten stays as it is, and the peer says what is wrong with
/// it.
fn each(
    message: &[u8],
    rewrite: impl Fn(&Envelope) -> Result<Option<String>, ProtocolError>,
) -> Result<Option<Vec<u8>>, ProtocolError> {
    let mut entries = match Message::read(message) {
        Message::NotJson => return Ok(None),
        Message::Single(envelope) => return Ok(rewrite(&envelope)?.map(String::into_bytes)),
        Message::Batch(entries) => entries,
    };
    let mut rewritten = Vec::with_capacity(message.len());
    rewritten.push(b'[');
    for envelope in entries.by_ref() {
        if rewritten.len() > 1 {
            rewritten.push(b',');
        }
        match rewrite(&envelope)? {
            Some(new) => rewritten.extend_from_slice(new.as_bytes()),
            None => rewritten.extend_from_slice(envelope.text().as_bytes()),
        }
    }
    rewritten.push(b']');
    Ok(entries.finish().then_some(rewritten))
}

/// A request or notification of 2.0, in 1.0.
fn request(envelope: &Envelope) -> Result<Option<String>, ProtocolError> {
    if !envelope.is_version_2_call() {
        return Ok(None);
    }
    let Some(method) = envelope.get(Member::Method) else {
        return Ok(None);
    };
    let params = envelope.get(Member::Params);
    let params = params.filter(|params| *params != "null").unwrap_or("[]");
    if params.starts_with('{') {
        return Err(ProtocolError::NamedParams);
    }
    let id = envelope.get(Member::Id).unwrap_or("null");
    Ok(Some(format!(
        r#"{{"method":{method},"params":{params},"id":{id}}}"#
    )))
}

/// A response of 1.0, in 2.0.
fn response(envelope: &Envelope) -> Option<String> {
    if !envelope.is_version_1_response() {
        return None;
    }
    let id = envelope.get(Member::Id)?;
    let error = envelope.get(Member::Error).filter(|error| *error != "null");
    Some(match (envelope.get(Member::Result), error) {
        (_, Some(error)) => {
            let error = error_object(error);
            format!(r#"{{"jsonrpc":"2.0","error":{error},"id":{id}}}"#)
        }
        (result, None) => {
            let result = result.unwrap_or("null");
            format!(r#"{{"jsonrpc":"2.0","result":{result},"id":{id}}}"#)
        }
    })
}

/// An error of 1.0 may be anything. Most servers send what 2.0 calls an error object.
fn error_object(error: &str) -> String {
    match error_object::read(error) {
        Some(_) => error.to_owned(),
        None => error_object::from_other(error),
    }
}
