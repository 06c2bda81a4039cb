//! [`Items`]: how a client reads the items of a stream.

use std::fmt;

use bytes::Bytes;
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde_json::value::RawValue;

use super::StreamItem;
use super::resuming::CursorParameter;
use crate::error::ProtocolError;
use crate::tracked::Tracked;
use crate::wire::response::{Decoded, read_single, wrong_item};

/// How a client reads the items of a stream, and which of the call's params are about the stream itself.
pub(super) struct Items<R> {
    read: ReadItem<R>,
    about: Option<About<R>>,
}

/// A parameter about the stream.
enum About<R> {
    /// Where it goes on.
    Cursor(CursorParameter),
    /// Its token. A server that does not look at it sends all items in the response.
    Token(&'static str, ReadList<R>),
    /// It has neither, and the result in the response is wanted too.
    Result(ReadList<R>),
}

/// What a server says on a stream, as it is passed on to somebody else.
pub(crate) enum PassedOn {
    Item(StreamItem),
    /// The result in the response, which comes last. It is all that there is if the method returns no stream.
    Result(Box<RawValue>),
}

/// Reads an item, and the JSON of its cursor if it has one.
type ReadItem<R> = fn(&StreamItem) -> Result<(R, Option<Bytes>), ProtocolError>;

/// Reads the items in a response.
type ReadList<R> = fn(&[u8]) -> Result<Vec<R>, ProtocolError>;

impl<R: DeserializeOwned> Items<R> {
    pub(super) fn plain() -> Self {
        Items {
            read: read_plain,
            about: None,
        }
    }

    /// Items that carry the token in this parameter. If `LISTS`, each is a list that continues the last.
    pub(super) fn with_token<const LISTS: bool>(name: &'static str) -> Self {
        let read_list = match LISTS {
            true => read_list_of_one,
            false => read_list,
        };
        Items {
            read: read_plain,
            about: Some(About::Token(name, read_list)),
        }
    }
}

impl<C: DeserializeOwned, V: DeserializeOwned> Items<Tracked<C, V>> {
    /// Items with cursors, the last of which goes into this parameter.
    pub(super) fn tracked(cursor: CursorParameter) -> Self {
        Items {
            read: read_tracked,
            about: Some(About::Cursor(cursor)),
        }
    }
}

impl Items<PassedOn> {
    /// Items that nobody reads here.
    pub(super) fn passed_on() -> Self {
        Items {
            read: |item| Ok((PassedOn::Item(item.clone()), None)),
            about: Some(About::Result(read_result)),
        }
    }
}

impl<R> Items<R> {
    pub(super) fn read(&self, item: &StreamItem) -> Result<(R, Option<Bytes>), ProtocolError> {
        (self.read)(item)
    }

    /// The items in the response that ends the stream.
    pub(super) fn read_list(&self, response: &[u8]) -> Result<Vec<R>, ProtocolError> {
        match self.about {
            Some(About::Token(_, read) | About::Result(read)) => read(response),
            // All items have come before. A list, say, is what a method gives that does not return a stream.
            Some(About::Cursor(_)) | None => result_of::<Nothing>(response).map(|_| Vec::new()),
        }
    }

    pub(super) fn cursor(&self) -> Option<CursorParameter> {
        match self.about {
            Some(About::Cursor(cursor)) => Some(cursor),
            Some(About::Token(..) | About::Result(_)) | None => None,
        }
    }

    /// The name of the parameter with the token.
    pub(super) fn token(&self) -> Option<&'static str> {
        match self.about {
            Some(About::Token(name, _)) => Some(name),
            Some(About::Cursor(_) | About::Result(_)) | None => None,
        }
    }
}

// Derived, these would ask the same of `R`.
impl<R> Clone for Items<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Items<R> {}

impl<R> Clone for About<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for About<R> {}

fn read_plain<R: DeserializeOwned>(item: &StreamItem) -> Result<(R, Option<Bytes>), ProtocolError> {
    item.decode().map(|(value, _)| (value, None))
}

fn read_tracked<C: DeserializeOwned, V: DeserializeOwned>(
    item: &StreamItem,
) -> Result<(Tracked<C, V>, Option<Bytes>), ProtocolError> {
    let (value, json) = item.decode()?;
    let text = json.unwrap_or("null");
    let cursor = serde_json::from_str(text).map_err(|error| wrong_item(&error, text))?;
    Ok((Tracked { cursor, value }, json.map(|json| item.share(json))))
}

fn read_list<R: DeserializeOwned>(response: &[u8]) -> Result<Vec<R>, ProtocolError> {
    result_of::<Vec<R>>(response).map(Option::unwrap_or_default)
}

fn read_list_of_one<R: DeserializeOwned>(response: &[u8]) -> Result<Vec<R>, ProtocolError> {
    let is_empty = result_of::<Vec<IgnoredAny>>(response)?.is_none_or(|list| list.is_empty());
    let list = match is_empty {
        true => None,
        false => result_of::<R>(response)?,
    };
    Ok(list.into_iter().collect())
}

fn read_result(response: &[u8]) -> Result<Vec<PassedOn>, ProtocolError> {
    let result = read_single::<Decoded<Box<RawValue>>>(response)?.outcome;
    Ok(match result {
        Ok(Decoded(result)) => vec![PassedOn::Result(result?)],
        Err(_) => Vec::new(), // never happens: it was read before
    })
}

/// The result of a method that returns a stream, which is null. Other servers may say `[]` or `{}` instead.
struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IsNothing;

        impl<'de> Visitor<'de> for IsNothing {
            type Value = Nothing;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, since the method should return a stream")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Nothing, A::Error> {
                match elements.next_element::<IgnoredAny>()? {
                    None => Ok(Nothing),
                    Some(_) => Err(Error::invalid_type(Unexpected::Seq, &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Nothing, A::Error> {
                match members.next_key::<IgnoredAny>()? {
                    None => Ok(Nothing),
                    Some(_) => Err(Error::invalid_type(Unexpected::Map, &self)),
                }
            }
        }

        deserializer.deserialize_any(IsNothing)
    }
}

/// The result in a response, unless it is null.
fn result_of<R: DeserializeOwned>(response: &[u8]) -> Result<Option<R>, ProtocolError> {
    match read_single::<Decoded<Option<R>>>(response)?.outcome {
        Ok(Decoded(result)) => result,
        Err(_) => Ok(None), // never happens: it was read before
    }
}
