//! [`Id`]: links an answer to its request.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

use super::cursor::Cursor;
use crate::excerpt::Excerpt;
use crate::limits::SHOWN_ID;

/// The id of a request: a string, a number or null, kept as the JSON text that was sent. In a JSON-RPC 1.0 request it
/// can be any JSON, if the server [accepts](crate::Server::version_1) that version.
///
/// A server answers with exactly the same text (section 5 of the specification), so `1`, `1.0` and `1e0` stay as they
/// were, however long the number or the string is. [`PartialEq`] compares the text. To find the answer to its call, a
/// client uses [`matches`](Self::matches), which compares the meaning.
///
/// ```
/// use rpc_core::Id;
///
/// assert_eq!(Id::from(7).as_json(), "7");
/// assert_eq!(Id::from("a\"b").as_json(), r#""a\"b""#);
/// assert_eq!(Id::from("seven").as_str().as_deref(), Some("seven"));
/// assert!(Id::from(7).matches(&"7.0".parse()?));
/// # Ok::<(), rpc_core::InvalidId>(())
/// ```
///
/// It can be a parameter and part of a result, for protocols whose messages name other calls. It is written and read as it is,
/// which only serde_json can do.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Id(Text);

/// The text is not an id: a string, a number or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an id must be a JSON string, a JSON number or null")
    }
}

impl std::error::Error for InvalidId {}

/// Typical ids are short (a counter, a UUID) and need no allocation.
const INLINE: usize = 38; // a UUID in quotes

/// The length of a short id. It is copied without a call, which would cost more than the copy.
const SHORT: usize = 8;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Text {
    Inline(u8, [u8; INLINE]),
    Heap(Box<str>),
}

impl Id {
    /// The id `null`. A server answers with it if it could not determine the request's id.
    pub const NULL: Id = {
        let mut bytes = [0; INLINE];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (b'n', b'u', b'l', b'l');
        Id(Text::Inline(4, bytes))
    };

    /// `text` must be one JSON value: a string, a number or null, unless the request is of JSON-RPC 1.0.
    #[inline]
    pub(crate) fn from_valid_json(text: &str) -> Self {
        Id(match u8::try_from(text.len()) {
            Ok(length) if text.len() <= INLINE => {
                let mut bytes = [0; INLINE];
                bytes[..text.len()].copy_from_slice(text.as_bytes());
                Text::Inline(length, bytes)
            }
            _ => Text::Heap(text.into()),
        })
    }

    /// Reads one value. `None` if it is not a string, a number or null.
    #[inline]
    pub(crate) fn read(text: &str) -> Option<Self> {
        Id::is_one(text).then(|| Id::from_valid_json(text))
    }

    /// Whether this JSON value is an id.
    #[inline]
    pub(crate) fn is_one(text: &str) -> bool {
        matches!(
            text.as_bytes().first(),
            Some(b'"' | b'-' | b'0'..=b'9' | b'n')
        )
    }

    /// Writes an id into its final place: moving a value that was just written costs more than writing it. `text` must
    /// be one JSON string, number or null.
    #[inline]
    pub(crate) fn put(place: &mut Option<Id>, text: &str) {
        const EMPTY: Id = Id(Text::Inline(0, [0; INLINE]));
        match &mut place.insert(EMPTY).0 {
            Text::Inline(length, bytes) if text.len() <= SHORT => {
                bytes[..SHORT].copy_from_slice(&word_of(text.as_bytes()));
                *length = text.len() as u8;
            }
            Text::Inline(length, bytes) if text.len() <= INLINE => {
                bytes[..text.len()].copy_from_slice(text.as_bytes());
                *length = text.len() as u8;
            }
            _ => *place = Some(Id::from_valid_json(text)),
        }
    }

    /// The id as JSON, as it appears in a message.
    pub fn as_json(&self) -> &str {
        match &self.0 {
            Text::Inline(length, bytes) => std::str::from_utf8(&bytes[..usize::from(*length)])
                .expect("an inline id was copied from a str"),
            Text::Heap(text) => text,
        }
    }

    /// Appends the id's JSON.
    #[inline]
    pub(crate) fn write(&self, buffer: &mut Vec<u8>) {
        let end = buffer.len();
        match &self.0 {
            // Copying a number of bytes that is known beforehand takes no call, even if it is more than needed.
            Text::Inline(length, bytes) if buffer.capacity() - end >= INLINE => {
                buffer.extend_from_slice(bytes);
                buffer.truncate(end + usize::from(*length));
            }
            _ => buffer.extend_from_slice(self.as_bytes()),
        }
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Inline(length, bytes) => &bytes[..usize::from(*length)],
            Text::Heap(text) => text.as_bytes(),
        }
    }

    /// The value of a string id. `None` for other ids, and for a string that is not valid Unicode (a lone surrogate).
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        let text = self.as_json();
        if !text.starts_with('"') {
            return None;
        }
        Cursor::new(text).string().ok()?.value()
    }

    /// The value of a numeric id, if it is a whole number from 0 to 2^64 - 1.
    pub fn as_u64(&self) -> Option<u64> {
        let digits = self.as_bytes();
        if digits.is_empty() {
            return None;
        }
        digits.iter().try_fold(0_u64, |number, digit| {
            let digit = digit.wrapping_sub(b'0');
            let shifted = number.checked_mul(10).filter(|_| digit < 10)?;
            shifted.checked_add(u64::from(digit))
        })
    }

    /// Whether this is the id `null`.
    pub fn is_null(&self) -> bool {
        self.as_bytes() == b"null"
    }

    /// Whether both ids mean the same.
    ///
    /// Peers may escape the same string differently, or write the same number differently (`1`, `1.0`).
    pub fn matches(&self, other: &Id) -> bool {
        self.as_bytes() == other.as_bytes() || self.plain() == other.plain()
    }

    /// The id as this crate would write it. Ids that mean the same become equal.
    pub(crate) fn plain(&self) -> Cow<'_, Id> {
        let text = self.as_json();
        if text.starts_with('"') {
            return match self.as_str() {
                Some(Cow::Owned(value)) => Cow::Owned(value.into()),
                // A string without escapes can only be written one way, and one that is not valid Unicode has no
                // value.
                Some(Cow::Borrowed(_)) | None => Cow::Borrowed(self),
            };
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Cow::Borrowed(self);
        }
        match text.parse::<f64>() {
            // From 2^53 on, different numbers may have the same double. Adding zero turns `-0` into `0`.
            Ok(value) if value.abs() < 9_007_199_254_740_992.0 => {
                Cow::Owned(Id::from_valid_json(&(value + 0.0).to_string()))
            }
            _ => Cow::Borrowed(self),
        }
    }
}

/// The bytes of a short text, followed by zeros.
#[inline]
fn word_of(text: &[u8]) -> [u8; SHORT] {
    let bytes = text.iter().rev();
    let word = bytes.fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    word.to_le_bytes()
}

impl std::str::FromStr for Id {
    type Err = InvalidId;

    /// Reads an id from its JSON text.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mut cursor = Cursor::new(text);
        let value = cursor.skip().map_err(|_| InvalidId)?;
        cursor.end().map_err(|_| InvalidId)?;
        Id::read(value).ok_or(InvalidId)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text: &RawValue = serde_json::from_str(self.as_json()).map_err(ser::Error::custom)?;
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        Id::read(text.get()).ok_or_else(|| de::Error::custom(InvalidId))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

impl fmt::Display for Id {
    /// The id as JSON, for people: a long one is cut, and control characters are escaped. [`as_json`](Id::as_json) returns it as
    /// it appears in a message.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Excerpt::new(self.as_json(), SHOWN_ID).fmt(f)
    }
}

impl From<&str> for Id {
    fn from(value: &str) -> Self {
        let mut json = Vec::with_capacity(value.len() + 2);
        super::text::write_string(&mut json, value);
        Id::from_valid_json(std::str::from_utf8(&json).expect("serde_json writes UTF-8"))
    }
}

impl From<String> for Id {
    fn from(value: String) -> Self {
        Id::from(value.as_str())
    }
}

macro_rules! from_integers {
    ($($unsigned:ty, $signed:ty;)*) => {$(
        impl From<$unsigned> for Id {
            fn from(value: $unsigned) -> Self {
                from_integer(false, value as u64)
            }
        }

        impl From<$signed> for Id {
            fn from(value: $signed) -> Self {
                from_integer(value < 0, value.unsigned_abs() as u64)
            }
        }
    )*};
}
from_integers!(u8, i8; u16, i16; u32, i32; u64, i64; usize, isize;);

/// Most ids are made here, one per call, so the digits are written without [`fmt`].
fn from_integer(is_negative: bool, magnitude: u64) -> Id {
    const LONGEST: usize = "-18446744073709551615".len();
    let mut text = [0; LONGEST];
    let mut start = LONGEST;
    let mut put = |byte| {
        start -= 1;
        text[start] = byte;
    };
    let mut rest = magnitude;
    loop {
        put(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if is_negative {
        put(b'-');
    }
    let length = LONGEST - start;
    let mut bytes = [0; INLINE];
    bytes[..length].copy_from_slice(&text[start..]);
    Id(Text::Inline(length as u8, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_in_other_json_is_as_it_was() {
        for text in [r#"[1.50,"\u00e9",null,-0]"#, "[]", "[99999999999999999999]"] {
            let ids: Vec<Id> = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&ids).expect(text), text);
        }
        for text in ["true", "[1]", "{}"] {
            let error = serde_json::from_str::<Id>(text)
                .expect_err(text)
                .to_string();
            assert!(error.starts_with("an id must be a JSON string"), "{error}");
        }
    }

    #[test]
    fn any_id_is_kept_to_the_letter() {
        let long = "9".repeat(400);
        for text in [
            "1",
            "-0",
            "1.50",
            "1e400",
            "null",
            r#""""#,
            r#""\u0041""#,
            r#""\ud800""#,
            &long,
        ] {
            let id = text.parse::<Id>().expect(text);
            assert_eq!(id.as_json(), text);
            let mut place = Some(Id::NULL);
            Id::put(&mut place, text);
            assert_eq!(place, Some(id), "{text}");
        }
    }

    #[test]
    fn integers_are_written_in_full() {
        for value in [0, 1, 9, 10, 1234567890, u64::MAX - 1, u64::MAX] {
            assert_eq!(Id::from(value).as_json(), value.to_string());
        }
        for value in [0, 7, -1, -10, i64::MAX, i64::MIN] {
            assert_eq!(Id::from(value).as_json(), value.to_string());
        }
        assert_eq!(Id::from(i8::MIN).as_json(), "-128");
    }

    #[test]
    fn whole_numbers_are_read() {
        for (text, number) in [
            ("0", Some(0)),
            ("7", Some(7)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("99999999999999999999", None),
            ("-1", None),
            ("-0", None),
            ("1.0", None),
            ("1e3", None),
            ("null", None),
            ("\"1\"", None),
        ] {
            assert_eq!(text.parse::<Id>().expect(text).as_u64(), number, "{text}");
        }
    }

    #[test]
    fn other_values_are_not_ids() {
        for text in [
            "", "true", "false", "[]", "{}", "01", "1 2", "nul", "\"a", "+1", "NaN",
        ] {
            assert_eq!(text.parse::<Id>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn ids_match_by_meaning() {
        let id = |text: &str| text.parse::<Id>().expect("an id");
        assert!(id("1").matches(&id("1.0")));
        assert!(id(r#""A""#).matches(&id(r#""\u0041""#)));
        assert!(id(r#""\n""#).matches(&id(r#""\u000a""#)));
        assert!(id("-0.0").matches(&id("0")));
        assert!(id("15e-1").matches(&id("1.50")));
        assert!(!id("1").matches(&id(r#""1""#)));
        assert!(!id("1").matches(&id("-1")));
        assert!(!id(r#""\ud800""#).matches(&id(r#""\ud801""#)));
        assert!(!id("null").matches(&id("0")));
        assert!(!id("9007199254740993").matches(&id("9007199254740992")));
    }
}
