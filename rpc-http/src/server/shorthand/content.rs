//! [`Content`]: what a POST carries.

use std::borrow::Cow;
use std::fmt;

use rpc_core::ErrorObject;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
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

/// The member that every JSON-RPC message has (section 4 of the specification).
const VERSION: &str = "jsonrpc";

/// The member that every request of JSON-RPC 1.0 has, too.
const METHOD: &str = "method";

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Content<'_> {
    /// Classifies a body, as far as it can be read: an array is a batch, and an object with a member `jsonrpc` is a message. A
    /// message of JSON-RPC 1.0 does not have that member, but a member `method` among others.
    pub(super) fn read(body: &[u8], version_1: bool) -> Content<'_> {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) => {
                return match Members::of(&String::from_utf8_lossy(body)).0.is_message {
                    true => Content::Message,
                    false => parse_error(&error),
                };
            }
        };
        let (members, read) = Members::of(text);
        let is_version_1 = version_1 && members.more && members.has_method && read.is_ok();
        if members.is_message || is_version_1 {
            return Content::Message;
        }
        match (read, members.first, members.more) {
            (Err(error), _, _) if !error.is_data() => parse_error(&error),
            (Ok(()), Some((name, value)), false) => Content::Call { name, value },
            _ => Content::Neither(ErrorObject::invalid_request().with_data(
                "a call is an object with one member, the method's name and its params: \
                 {\"method\": value}",
            )),
        }
    }
}

fn parse_error<'a>(reason: &dyn fmt::Display) -> Content<'a> {
    Content::Neither(ErrorObject::parse_error().with_data(&reason.to_string()))
}

/// What has been seen of a body, even if it breaks off later.
#[derive(Default)]
struct Members<'a> {
    is_message: bool,
    first: Option<(String, &'a RawValue)>,
    more: bool,
    has_method: bool,
}

impl<'a> Members<'a> {
    fn of(text: &'a str) -> (Self, serde_json::Result<()>) {
        let mut members = Members::default();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = Reading(&mut members).deserialize(&mut deserializer);
        let read = read.and_then(|()| deserializer.end());
        (members, read)
    }
}

struct Reading<'m, 'a>(&'m mut Members<'a>);

impl<'a> DeserializeSeed<'a> for Reading<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Reading<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, _: A) -> Result<(), A::Error> {
        self.0.is_message = true;
        Err(A::Error::custom("a batch"))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<Cow<'a, str>>()? {
            if name == VERSION {
                self.0.is_message = true;
                return Err(A::Error::custom("a message"));
            }
            self.0.has_method |= name == METHOD;
            if self.0.first.is_none() {
                self.0.first = Some((name.into_owned(), members.next_value()?));
            } else {
                self.0.more = true;
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
