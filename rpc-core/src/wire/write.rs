//! Envelopes, written into a buffer.

use std::borrow::Cow;

use crate::error::ErrorObject;
use crate::json::cursor::Cursor;
use crate::json::id::Id;
use crate::json::text::write_string;

/// The start of a response that carries a result; the result's JSON follows, then [`end_response`].
pub(crate) const RESULT_HEAD: &[u8] = br#"{"jsonrpc":"2.0","result":"#;
pub(super) const ERROR_HEAD: &[u8] = br#"{"jsonrpc":"2.0","error":"#;
/// The size of a reply with a small error, in bytes.
const ERROR_CAPACITY: usize = 128;
const ID: &[u8] = br#","id":"#;

const REQUEST_HEAD: &str = r#"{"jsonrpc":"2.0","method":"#;

/// The start of a request or notification; the params' JSON follows, if any, then [`end_request`] or
/// [`end_notification`].
pub(crate) fn request_head(buffer: &mut Vec<u8>, method: &str) {
    buffer.extend_from_slice(REQUEST_HEAD.as_bytes());
    write_string(buffer, method);
}

/// The method of a message that begins with a [`request_head`].
pub(crate) fn method_of(message: &[u8]) -> Option<String> {
    let message = std::str::from_utf8(message).ok()?;
    let name = Cursor::new(message.strip_prefix(REQUEST_HEAD)?).string();
    name.ok()?.value().map(Cow::into_owned)
}

/// The same, if the name has no escapes. This costs next to nothing.
pub(super) fn plain_method_of(message: &[u8]) -> Option<&str> {
    let name = message.strip_prefix(REQUEST_HEAD.as_bytes())?;
    let name = name.strip_prefix(b"\"")?;
    let end = name.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    let is_whole = name[end] == b'"';
    std::str::from_utf8(&name[..end]).ok().filter(|_| is_whole)
}

/// The same name as in the message's JSON, escapes included, without its quotes. This costs next to nothing.
#[inline]
pub(crate) fn raw_method_of(message: &[u8]) -> &[u8] {
    let name = message.get(REQUEST_HEAD.len() + 1..).unwrap_or_default();
    let mut end = 0;
    while let Some(&byte) = name.get(end) {
        match byte {
            b'"' => break,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    name.get(..end).unwrap_or_default()
}

pub(crate) const PARAMS: &[u8] = br#","params":"#;

pub(crate) fn end_request(buffer: &mut Vec<u8>, id: &Id) {
    end_response(buffer, id);
}

pub(crate) fn end_notification(buffer: &mut Vec<u8>) {
    buffer.push(b'}');
}

/// Makes a response of JSON-RPC 1.0 of one: no `jsonrpc`, but both `result` and `error`, one of which is null.
pub(crate) fn version_1_response(
    result: Option<Vec<u8>>,
    error: Option<&ErrorObject>,
    id: &Id,
) -> Vec<u8> {
    let mut buffer = br#"{"result":"#.to_vec();
    match &result {
        Some(result) => {
            buffer.extend_from_slice(result.get(RESULT_HEAD.len()..).unwrap_or_default())
        }
        None => buffer.extend_from_slice(b"null"),
    }
    buffer.extend_from_slice(br#","error":"#);
    match error {
        Some(error) => error.write_json(&mut buffer),
        None => buffer.extend_from_slice(b"null"),
    }
    end_response(&mut buffer, id);
    buffer
}

#[inline]
pub(crate) fn end_response(buffer: &mut Vec<u8>, id: &Id) {
    buffer.extend_from_slice(ID);
    id.write(buffer);
    buffer.push(b'}');
}

/// How many bytes [`end_response`] writes.
#[inline]
pub(crate) fn end_length(id: &Id) -> usize {
    ID.len() + id.as_bytes().len() + 1
}

pub(crate) fn error_response(error: &ErrorObject, id: &Id) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(ERROR_CAPACITY);
    buffer.extend_from_slice(ERROR_HEAD);
    error.write_json(&mut buffer);
    end_response(&mut buffer, id);
    buffer
}

/// Adds a param by name to a request that ends with its params, which are by name, or has none.
pub(crate) fn add_param(buffer: &mut Vec<u8>, name: &str, id: &Id) {
    match buffer.pop_if(|last| *last == b'}') {
        None => {
            buffer.extend_from_slice(PARAMS);
            buffer.push(b'{');
        }
        Some(_) if buffer.ends_with(b"{") => {}
        Some(_) => buffer.push(b','),
    }
    write_string(buffer, name);
    buffer.push(b':');
    id.write(buffer);
    buffer.push(b'}');
}

/// A call whose params are JSON already.
pub(crate) fn call(method: &str, params: Option<&str>, id: &Id) -> Vec<u8> {
    let mut buffer = Vec::new();
    request_head(&mut buffer, method);
    if let Some(params) = params {
        buffer.extend_from_slice(PARAMS);
        buffer.extend_from_slice(params.as_bytes());
    }
    end_request(&mut buffer, id);
    buffer
}

/// A call without an envelope, as the message log shows it: neither version nor id.
pub(crate) fn bare_call(method: &str, params: Option<&str>) -> Vec<u8> {
    let mut buffer = br#"{"method":"#.to_vec();
    write_string(&mut buffer, method);
    if let Some(params) = params {
        buffer.extend_from_slice(PARAMS);
        buffer.extend_from_slice(params.as_bytes());
    }
    buffer.push(b'}');
    buffer
}

/// The outcome of a call without an envelope, as the message log shows it.
pub(crate) fn bare_outcome(outcome: Result<&str, &ErrorObject>) -> Vec<u8> {
    let mut buffer = Vec::new();
    match outcome {
        Ok(result) => {
            buffer.extend_from_slice(br#"{"result":"#);
            buffer.extend_from_slice(result.as_bytes());
        }
        Err(error) => {
            buffer.extend_from_slice(br#"{"error":"#);
            error.write_json(&mut buffer);
        }
    }
    buffer.push(b'}');
    buffer
}
