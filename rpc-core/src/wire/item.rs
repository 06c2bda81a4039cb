//! Items of streams: `$/progress` with a value, and with a cursor if the stream can be resumed.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;

use crate::error::ProtocolError;
use crate::json::cursor::{Cursor, NotJson};
use crate::json::id::Id;
use crate::wire::response::wrong_item;

/// The start of items, as our servers write them.
const HEAD: &str = r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":"#;
const VALUE: &str = r#","value":"#;
const CURSOR: &str = r#","cursor":"#;
const END: &str = "}}";

/// The start of an item's message. The value's JSON follows, then perhaps [`before_cursor`] and the cursor's, then [`end`].
pub(crate) fn head(buffer: &mut Vec<u8>, token: &Id) {
    buffer.extend_from_slice(HEAD.as_bytes());
    token.write(buffer);
    buffer.extend_from_slice(VALUE.as_bytes());
}

pub(crate) fn before_cursor(buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(CURSOR.as_bytes());
}

pub(crate) fn end(buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(END.as_bytes());
}

/// The token and the rest of an item's message, as our servers write it. The reader of the value checks that it is JSON.
pub(super) fn quick(message: &[u8]) -> Option<(Id, &str)> {
    let text = std::str::from_utf8(message).ok()?;
    let rest = text.strip_prefix(HEAD)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (token, rest) = rest.split_at(digits);
    let item = rest.strip_prefix(VALUE)?.strip_suffix(END)?;
    Some((Id::read(token)?, item))
}

/// A value and its cursor, as [`StreamItem`] has them.
pub(super) fn joined<'a>(value: &'a str, cursor: Option<&str>) -> Cow<'a, str> {
    match cursor {
        None => value.into(),
        Some(cursor) => format!("{value}{CURSOR}{cursor}").into(),
    }
}

/// An item of a stream, as it came: the JSON of its value, and that of its cursor if it has one.
#[derive(Debug, Clone)]
pub struct StreamItem {
    /// The value, and the members of the message that follow it.
    text: Bytes,
}

impl StreamItem {
    /// An item in this message.
    pub(crate) fn of(message: &Bytes, text: Cow<'_, str>) -> Self {
        let text = match text {
            Cow::Borrowed(text) => message.slice_ref(text.as_bytes()),
            Cow::Owned(text) => text.into(),
        };
        StreamItem { text }
    }

    /// The value and the cursor, as JSON. `None` if they are not JSON.
    pub fn parts(&self) -> Option<(&str, Option<&str>)> {
        let mut cursor = Cursor::new(std::str::from_utf8(&self.text).ok()?);
        let value = cursor.skip().ok()?;
        Some((value, cursor_after_value(&mut cursor).ok()?))
    }

    /// What has come, for people: the value, and the members of the message that follow it.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }

    /// The value, and the JSON of the cursor.
    pub(crate) fn decode<'a, T: Deserialize<'a>>(
        &'a self,
    ) -> Result<(T, Option<&'a str>), ProtocolError> {
        let text = std::str::from_utf8(&self.text).map_err(ProtocolError::not_utf8)?;
        let mut cursor = Cursor::new(text);
        let read = cursor.decode::<T>().and_then(|value| {
            let after = cursor_after_value(&mut cursor);
            let trailing = |NotJson| serde::de::Error::custom("trailing characters");
            Ok((value, after.map_err(trailing)?))
        });
        read.map_err(|error| wrong_item(&error, text))
    }

    /// A part of the item, which shares its bytes.
    pub(crate) fn share(&self, part: &str) -> Bytes {
        self.text.slice_ref(part.as_bytes())
    }
}

/// The cursor among the members that follow the value.
#[inline]
fn cursor_after_value<'a>(cursor: &mut Cursor<'a>) -> Result<Option<&'a str>, NotJson> {
    let mut found = None;
    while cursor.eat(b',') {
        let name = cursor.string()?;
        cursor.expect(b':')?;
        let value = cursor.skip()?;
        if name.plain() == Some("cursor") && value != "null" {
            found = Some(value);
        }
    }
    cursor.end()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &'static str) -> Option<(String, Option<String>)> {
        let item = StreamItem {
            text: Bytes::from_static(text.as_bytes()),
        };
        let (value, cursor) = item.parts()?;
        Some((value.to_owned(), cursor.map(str::to_owned)))
    }

    #[test]
    fn a_cursor_is_told_from_a_member_of_the_value() {
        for (text, value, cursor) in [
            ("1", "1", None),
            (r#"{"a":1,"cursor":5}"#, r#"{"a":1,"cursor":5}"#, None),
            (r#"{"a":1},"cursor":5"#, r#"{"a":1}"#, Some("5")),
            (
                r#""x\",\"cursor\":1","cursor":"y""#,
                r#""x\",\"cursor\":1""#,
                Some(r#""y""#),
            ),
            (r#"null,"more":[1],"cursor":[2,{}]"#, "null", Some("[2,{}]")),
            (r#"1,"cursor":null"#, "1", None),
        ] {
            let expected = Some((value.to_owned(), cursor.map(str::to_owned)));
            assert_eq!(parts(text), expected, "{text}");
        }
        for broken in ["", "1,", "1 2", r#"1,"cursor":"#, r#"1,"cursor":5}"#] {
            assert_eq!(parts(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut message = Vec::new();
        head(&mut message, &Id::from(7));
        message.extend_from_slice(b"[1]");
        before_cursor(&mut message);
        message.extend_from_slice(b"\"c\"");
        end(&mut message);
        let (token, text) = quick(&message).expect("an item");
        assert_eq!(token, Id::from(7));
        assert_eq!(text, joined("[1]", Some("\"c\"")));
    }
}
