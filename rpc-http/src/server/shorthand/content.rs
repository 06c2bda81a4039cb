//! [`Content`]: what a POST carries.

use std::fmt;

use rpc_core::ErrorObject;
use rpc_core::wire::{Envelope, Member, Message};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// What a POST carries.
pub(super) enum Content<'a> {
    /// A JSON-RPC message, or a batch of them.
    Message,
    /// `{"method": value}`.
    Call { name: String, value: &'a RawValue },
    /// Anything else.
    Neither(ErrorObject),
}

impl Content<'_> {
    /// Classifies a body, as far as it can be read: an array is a batch, and an object that states its version is a message.
    /// A message of JSON-RPC 1.0 need not state it, but names a method among other members.
    pub(super) fn read(body: &[u8], version_1: bool) -> Content<'_> {
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) => {
                let is_message = match Message::read_prefix(&String::from_utf8_lossy(body)) {
                    Message::Batch(_) => true,
                    Message::Single(envelope) => is_message(&envelope, version_1),
                    Message::NotJson => false,
                };
                return match is_message {
                    true => Content::Message,
                    false => parse_error(&error),
                };
            }
        };
        let envelope = match Message::read_prefix(text) {
            Message::Batch(_) => return Content::Message,
            Message::Single(envelope) if is_message(&envelope, version_1) => {
                return Content::Message;
            }
            Message::Single(envelope) => envelope,
            Message::NotJson => return syntax_error(text),
        };
        if !envelope.is_complete() {
            return syntax_error(text);
        }
        match call(&envelope) {
            Some((name, value)) => Content::Call { name, value },
            None => Content::Neither(ErrorObject::invalid_request().with_data(
                "a call is an object with one member, the method's name and its params: \
                 {\"method\": value}",
            )),
        }
    }
}

fn is_message(envelope: &Envelope, version_1: bool) -> bool {
    let has = |member| envelope.get(member).is_some();
    let is_version_1 = version_1 && envelope.is_complete() && envelope.len() > 1;
    has(Member::Version) || is_version_1 && has(Member::Method)
}

/// The only member: a method's name, and its params.
fn call<'a>(envelope: &Envelope<'a>) -> Option<(String, &'a RawValue)> {
    let (name, value) = envelope.first().filter(|_| envelope.len() == 1)?;
    Some((name?.into_owned(), serde_json::from_str(value).ok()?))
}

fn syntax_error<'a>(text: &str) -> Content<'a> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => parse_error(&error),
        Ok(_) => parse_error(&"not JSON"),
    }
}

fn parse_error<'a>(reason: &dyn fmt::Display) -> Content<'a> {
    Content::Neither(ErrorObject::parse_error().with_data(&reason.to_string()))
}
