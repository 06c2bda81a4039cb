//! A cursor over JSON text, for reading envelopes. It finds members and where they end, and checks the grammar on the
//! way.
//!
//! serde_json handles typed values and skipped values. It starts at the cursor and reports where it stopped.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::value::RawValue;

use super::brief::Brief;

/// The text is not JSON at this point.
///
/// [`describe_syntax_error`] says exactly where and why. It reads the message again, since errors may cost more than
/// calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson;

/// A position in a JSON text.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    position: usize,
}

/// A string, by its position in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StringToken<'a> {
    text: &'a str,
    /// The position of the opening quote.
    start: usize,
    /// The position after the closing quote.
    end: usize,
    escaped: bool,
}

/// A member's name, in quotes and followed by the colon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name {
    quoted: &'static str,
    /// The first eight bytes, or zeros after the end of a shorter name.
    head: u64,
    /// Which bits of the head belong to the name.
    mask: u64,
}

impl Name {
    pub(crate) const fn new(quoted: &'static str) -> Self {
        let bytes = quoted.as_bytes();
        assert!(bytes.len() > 3 && bytes[0] == b'"');
        assert!(bytes[bytes.len() - 2] == b'"' && bytes[bytes.len() - 1] == b':');
        let (mut head, mut mask) = ([0; 8], [0; 8]);
        let mut index = 0;
        while index < bytes.len() && index < head.len() {
            (head[index], mask[index]) = (bytes[index], 0xff);
            index += 1;
        }
        Name {
            quoted,
            head: u64::from_le_bytes(head),
            mask: u64::from_le_bytes(mask),
        }
    }

    pub(crate) fn value(self) -> &'static str {
        &self.quoted[1..self.quoted.len() - 2]
    }

    /// Whether a text, whose first eight bytes are `head`, starts with this name.
    #[inline]
    fn is_at_start_of(self, text: &[u8], head: u64) -> bool {
        // One comparison tells almost all names apart.
        head & self.mask == self.head && text.starts_with(self.quoted.as_bytes())
    }
}

impl<'a> StringToken<'a> {
    /// The string as written, including the quotes.
    #[inline]
    pub(crate) fn quoted(self) -> &'a str {
        &self.text[self.start..self.end]
    }

    /// The string's value, if it has no escapes.
    #[inline]
    pub(crate) fn plain(self) -> Option<&'a str> {
        (!self.escaped).then(|| &self.text[self.start + 1..self.end - 1])
    }

    /// The string's value. `None` if its escapes are not valid Unicode (a lone surrogate).
    #[inline]
    pub(crate) fn value(self) -> Option<Cow<'a, str>> {
        match self.plain() {
            Some(value) => Some(Cow::Borrowed(value)),
            None => serde_json::from_str(self.quoted()).ok().map(Cow::Owned),
        }
    }
}

/// Whether a string is written in JSON as it is, without escapes.
#[inline]
pub(super) fn is_plain(text: &str) -> bool {
    plain_length(text.as_bytes()) == text.len()
}

/// The number of bytes in a string before the first quote, backslash or control character, or before the end.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    // Eight bytes at a time. Most member names and method names take one or two steps.
    while let Some(word) = bytes[length..].first_chunk() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return length + special.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = &bytes[length..];
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    length + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Marks each quote, backslash and control character by the highest bit of its byte. Only the lowest mark is reliable.
#[inline]
fn special_bytes(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = 0x80 * EACH;
    // A subtraction only borrows from bytes above a match, so the first match is exact.
    let below = |word: u64, bound: u8| word.wrapping_sub(EACH * u64::from(bound)) & !word;
    let equal = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    (equal(b'"') | equal(b'\\') | below(word, 0x20)) & HIGHEST
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Cursor { text, position: 0 }
    }

    /// The next byte that is not white space, not consumed.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match *self.text.as_bytes().get(self.position)? {
            // Most programs write no white space.
            byte if byte > b' ' => Some(byte),
            _ => self.peek_after_space(),
        }
    }

    fn peek_after_space(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let b' ' | b'\n' | b'\r' | b'\t' = *bytes.get(self.position)? {
            self.position += 1;
        }
        bytes.get(self.position).copied()
    }

    /// Consumes `byte` if it is the next one after white space.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.position += usize::from(found);
        found
    }

    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.eat(byte) { Ok(()) } else { Err(NotJson) }
    }

    /// Checks that only white space follows.
    #[inline]
    pub(crate) fn end(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(NotJson),
        }
    }

    /// How many bytes have been read.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The text from the next value on.
    #[inline]
    pub(crate) fn rest(&mut self) -> &'a str {
        self.peek();
        &self.text[self.position..]
    }

    /// Advances by the number of bytes that a parser of [`rest`](Self::rest) has consumed.
    #[inline]
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.position += bytes;
    }

    /// After an element of an array or a member of an object: whether another one follows.
    #[inline]
    pub(crate) fn another(&mut self, close: u8) -> Result<bool, NotJson> {
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            return Err(NotJson);
        }
        self.position += 1;
        Ok(next == Some(b','))
    }

    /// Consumes a string without escapes if it comes next, and returns its value. `None` for anything else, which is not
    /// consumed.
    #[inline]
    pub(crate) fn plain_string(&mut self) -> Option<&'a str> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let start = self.position + 1;
        let bytes = self.text.as_bytes();
        let end = start + plain_length(&bytes[start..]);
        if bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.position = end + 1;
        Some(&self.text[start..end])
    }

    #[inline]
    pub(crate) fn string(&mut self) -> Result<StringToken<'a>, NotJson> {
        self.expect(b'"')?;
        let start = self.position - 1;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        loop {
            self.position += plain_length(&bytes[self.position..]);
            match bytes.get(self.position) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(NotJson),
            }
        }
        self.position += 1;
        Ok(StringToken {
            text: self.text,
            start,
            end: self.position,
            escaped,
        })
    }

    fn escape(&mut self) -> Result<(), NotJson> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.position + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.position += 2,
            Some(b'u') => {
                let digits = bytes
                    .get(self.position + 2..self.position + 6)
                    .ok_or(NotJson)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(NotJson);
                }
                self.position += 6;
            }
            _ => return Err(NotJson),
        }
        Ok(())
    }

    /// Skips one value of any kind, and returns its text.
    #[inline]
    pub(crate) fn skip(&mut self) -> Result<&'a str, NotJson> {
        match self.peek() {
            Some(b'"') => return Ok(self.string()?.quoted()),
            Some(b'1'..=b'9') => {
                if let Some(number) = self.whole_number() {
                    return Ok(number);
                }
            }
            _ => {}
        }
        self.skip_any()
    }

    fn skip_any(&mut self) -> Result<&'a str, NotJson> {
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<&RawValue>();
        match values.next() {
            Some(Ok(value)) => {
                self.position += values.byte_offset();
                Ok(value.get())
            }
            _ => Err(NotJson),
        }
    }

    /// Skips a number that consists only of digits. `None` for any other number.
    #[inline]
    fn whole_number(&mut self) -> Option<&'a str> {
        let rest = &self.text.as_bytes()[self.position..];
        let length = rest.iter().position(|byte| !byte.is_ascii_digit())?;
        if !matches!(
            rest[length],
            b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'
        ) {
            return None;
        }
        let start = self.position;
        self.position += length;
        Some(&self.text[start..self.position])
    }

    /// Consumes `text` if it comes next, exactly as written. White space before it is skipped.
    #[inline]
    pub(crate) fn take(&mut self, text: &str) -> bool {
        self.peek();
        let found = self.text.as_bytes()[self.position..].starts_with(text.as_bytes());
        if found {
            self.position += text.len();
        }
        found
    }

    /// Reads an object. `member` is called with each name and reads the value. A name that is not in `names` is
    /// `None`.
    #[inline]
    pub(crate) fn members<N: Copy, E: From<NotJson>>(
        &mut self,
        names: &[(Name, N)],
        mut member: impl FnMut(&mut Self, Option<N>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'{')?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let name = match self.usual_name(names) {
                Some(name) => Some(name),
                None => self.unusual_name(names)?,
            };
            member(self, name)?;
            if !self.another(b'}')? {
                return Ok(());
            }
        }
    }

    /// Consumes a name that is written as almost every program writes it: without escapes, and directly followed by the
    /// colon.
    #[inline]
    fn usual_name<N: Copy>(&mut self, names: &[(Name, N)]) -> Option<N> {
        self.peek();
        let rest = &self.text.as_bytes()[self.position..];
        let head = u64::from_le_bytes(*rest.first_chunk()?);
        let (name, value) = names
            .iter()
            .find(|(name, _)| name.is_at_start_of(rest, head))?;
        self.position += name.quoted.len();
        Some(*value)
    }

    fn unusual_name<N: Copy>(&mut self, names: &[(Name, N)]) -> Result<Option<N>, NotJson> {
        let token = self.string()?;
        self.expect(b':')?;
        let value = token.value();
        let known = names
            .iter()
            .find(|(name, _)| value.as_deref() == Some(name.value()));
        Ok(known.map(|(_, value)| *value))
    }

    /// Decodes one value in place.
    pub(crate) fn decode<T: Deserialize<'a>>(&mut self) -> serde_json::Result<T> {
        let text = self.rest();
        let decoded = match decode_short(text, PhantomData) {
            Some(decoded) => decoded,
            None => decode_briefly(text, PhantomData)?,
        };
        let (value, consumed) = decoded;
        self.position += consumed;
        Ok(value)
    }
}

/// The longest text that is decoded without [`Brief`] at first, in bytes. serde_json's own errors quote no more than it has.
const SHORT: usize = 32 * 1024;

/// Decodes the value at the start of a short text, and returns it with its length in bytes. `None` if the text is long, or if
/// it does not fit: then [`decode_briefly`] decodes it, or says why not.
#[inline]
pub(crate) fn decode_short<'a, S: DeserializeSeed<'a>>(
    text: &'a str,
    seed: S,
) -> Option<(S::Value, usize)> {
    if text.len() > SHORT {
        return None;
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer).ok()?;
    Some((value, deserializer.into_iter::<IgnoredAny>().byte_offset()))
}

/// Like [`decode_short`], for texts of any length. Its errors are [brief](Brief).
pub(crate) fn decode_briefly<'a, S: DeserializeSeed<'a>>(
    text: &'a str,
    seed: S,
) -> serde_json::Result<(S::Value, usize)> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(Brief(&mut deserializer));
    let value = value.map_err(|error| error.0)?;
    Ok((value, deserializer.into_iter::<IgnoredAny>().byte_offset()))
}

/// Decodes a whole text. Its errors are [brief](Brief).
pub(crate) fn decode<'a, S: DeserializeSeed<'a>>(
    text: &'a str,
    seed: S,
) -> serde_json::Result<S::Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(Brief(&mut deserializer));
    let value = value.map_err(|error| error.0)?;
    deserializer.end().map(|()| value)
}

/// Why a text is not JSON, for the log.
pub(crate) fn describe_syntax_error(text: &str) -> String {
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => error.to_string(),
        Ok(_) => "a member's name is missing or not a string".to_owned(),
    }
}

/// Whether `text` nests arrays and objects more than `limit` levels deep. It need not be valid JSON.
#[inline]
pub(crate) fn nests_deeper_than(text: &str, limit: usize) -> bool {
    // Most messages have fewer brackets than they may have levels, and counting is cheap.
    has_more_openings_than(text.as_bytes(), limit) && reaches_deeper_than(text.as_bytes(), limit)
}

/// Whether there are more than `limit` brackets that open something, those in strings included.
fn has_more_openings_than(bytes: &[u8], limit: usize) -> bool {
    let mut openings = 0;
    // A count that fits into a byte lets the compiler look at many bytes at once.
    for chunk in bytes.chunks(128) {
        let is_opening = |byte: &u8| u8::from(byte | 0x20 == b'{'); // `[` differs in this bit only
        openings += usize::from(chunk.iter().map(is_opening).sum::<u8>());
        if openings > limit {
            return true;
        }
    }
    false
}

/// [`nests_deeper_than`], for any text.
fn reaches_deeper_than(bytes: &[u8], limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        position += 1;
        match byte {
            b'"' => position += rest_of_string(&bytes[position..]),
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// The number of bytes up to the end of the string, including the quote. The text may end before it.
#[inline]
fn rest_of_string(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += plain_length(bytes.get(length..).unwrap_or_default());
        match bytes.get(length) {
            Some(b'"') => return length + 1,
            Some(b'\\') => length += 2,
            Some(_) => length += 1,
            None => return bytes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_json_says() {
        for (text, value) in [
            (r#""a""#, Some("a")),
            (r#""\"""#, Some("\"")),
            (r#""\u0061\\""#, Some("a\\")),
            (r#""\ud83d\ude00""#, Some("😀")),
            (r#""\ud800""#, None),
        ] {
            let token = Cursor::new(text).string().expect(text);
            assert_eq!(token.value().as_deref(), value, "{text}");
        }
    }

    #[test]
    fn malformed_strings() {
        for text in [
            "",
            "a",
            "\"",
            "\"a",
            "\"\\\"",
            r#""\x""#,
            r#""\u00g0""#,
            r#""\u00"#,
            "\"\n\"",
            "\"\u{0}\"",
        ] {
            assert!(Cursor::new(text).string().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_skipped_value_is_its_text_and_no_more() {
        for value in [
            "null",
            "true",
            "-0.5e+3",
            "1e400",
            r#""\ud800""#,
            r#"[1, {"a": "}]"}]"#,
            "{}",
        ] {
            for (before, after) in [("", ""), (" \n", " "), ("", ","), ("\t", "}")] {
                let text = format!("{before}{value}{after}");
                let mut cursor = Cursor::new(&text);
                assert_eq!(cursor.skip(), Ok(value), "{text}");
                assert_eq!(cursor.rest(), after.trim(), "{text}");
            }
        }
    }

    #[test]
    fn malformed_values_cannot_be_skipped() {
        for text in [
            "",
            " ",
            ",",
            "]",
            "nul",
            "nulll",
            "tru",
            "01",
            "1.",
            "-",
            "+1",
            ".5",
            "1e",
            "1a",
            "[1,]",
            "[1",
            "{1:2}",
            r#"{"a"}"#,
            r#"{"a":1,}"#,
            "'a'",
            "\u{b}1",
            "NaN",
            "\u{feff}1",
        ] {
            assert_eq!(Cursor::new(text).skip(), Err(NotJson), "{text:?}");
        }
    }

    #[test]
    fn nesting_costs_no_stack_to_skip() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(Cursor::new(&deep).skip().map(str::len), Ok(deep.len()));
    }

    #[test]
    fn decoding_moves_to_the_end_of_the_value() {
        let mut cursor = Cursor::new(r#" [1, 2] , "x""#);
        let numbers = cursor.decode::<Vec<u8>>();
        assert_eq!(numbers.ok(), Some(vec![1, 2]));
        assert_eq!(cursor.another(b']'), Ok(true));
        assert_eq!(cursor.string().map(StringToken::quoted), Ok(r#""x""#));
        assert_eq!(cursor.end(), Ok(()));
    }

    #[test]
    fn decoding_what_does_not_fit_moves_nowhere() {
        let mut cursor = Cursor::new(r#"["a"]"#);
        assert!(cursor.decode::<Vec<u8>>().is_err());
        assert_eq!(cursor.rest(), r#"["a"]"#);
    }

    #[test]
    fn members_end_with_a_comma_or_a_bracket() {
        assert_eq!(Cursor::new(" ,").another(b'}'), Ok(true));
        assert_eq!(Cursor::new("\n}").another(b'}'), Ok(false));
        for text in ["", "]", ":", "x"] {
            assert_eq!(Cursor::new(text).another(b'}'), Err(NotJson), "{text}");
        }
    }

    #[test]
    fn syntax_errors_are_described() {
        assert!(describe_syntax_error("{").contains("EOF"));
        assert!(!describe_syntax_error("{}").is_empty());
    }

    #[test]
    fn nesting_counts_brackets_outside_strings() {
        assert!(!nests_deeper_than(r#"[[],[],"[[[["]"#, 2));
        assert!(!nests_deeper_than(r#"["\"[[[["]"#, 1));
        assert!(nests_deeper_than("[[[", 2));
    }

    /// As [`nests_deeper_than`] is defined: byte by byte.
    fn depth(text: &str) -> usize {
        let (mut depth, mut deepest) = (0_usize, 0);
        let mut in_string = false;
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => in_string = !in_string,
                b'\\' if in_string => drop(bytes.next()),
                b'[' | b'{' if !in_string => depth += 1,
                b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    #[test]
    fn nesting_is_what_counting_byte_by_byte_finds() {
        let mut random = fastrand::Rng::with_seed(1);
        let pieces = [
            "[",
            "{",
            "]",
            "}",
            "\"",
            "\\",
            "\\\"",
            "\n",
            "é",
            "\u{202e}",
            ":",
            "1,",
            "x",
            " ",
            "\"name\":",
        ];
        for _ in 0..20_000 {
            let length = random.usize(..60);
            let piece = |_| pieces[random.usize(..pieces.len())];
            let text: String = (0..length).map(piece).collect();
            let depth = depth(&text);
            for limit in 0..10 {
                assert_eq!(nests_deeper_than(&text, limit), depth > limit, "{text}");
            }
        }
        for brackets in [126, 127, 128, 129, 255, 256, 257, 1000] {
            let text = "[".repeat(brackets) + &"]".repeat(brackets);
            assert!(nests_deeper_than(&text, brackets - 1));
            assert!(!nests_deeper_than(&text, brackets));
        }
    }
}
