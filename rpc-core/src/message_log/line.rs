//! [`Line`]: a message as one line of text, with its long strings cut and its secrets hidden.

use crate::excerpt::is_printable_ascii;
use crate::json::cursor::{Cursor, NotJson};
use crate::json::shape::{Elements, Members, value};
use crate::json::text;
use crate::limits::LOGGED_MESSAGE;
use crate::shown::{max_string, push_escaped};

const HIDDEN: &str = "\"***\"";

/// A message as one line, while it is written.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    max_string: usize,
    /// The message is longer than what is shown, and no more is written.
    cut: bool,
    /// Something in it is hidden, or may be in what was cut off.
    hides: bool,
}

impl Line {
    /// An empty line for a message of this length.
    fn new(max_string: usize, message: usize) -> Self {
        Line {
            text: String::with_capacity(message.min(LOGGED_MESSAGE) + HIDDEN.len()),
            max_string,
            cut: false,
            hides: false,
        }
    }

    /// A message without secrets. It need not be JSON.
    pub(super) fn plain(message: &[u8]) -> Self {
        Line::of(&String::from_utf8_lossy(message))
    }

    /// A text without secrets. It need not be JSON.
    pub(super) fn of(text: &str) -> Self {
        Line::cut_at(max_string(), text)
    }

    fn cut_at(max_string: usize, text: &str) -> Self {
        let mut line = Line::new(max_string, text.len());
        line.push(text);
        line
    }

    /// A message whose objects are written by `one`, the message itself or each entry of a batch. Anything else may hold
    /// a secret anywhere, and is hidden.
    pub(super) fn message(
        message: &[u8],
        one: impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Self {
        let mut line = Line::new(max_string(), message.len());
        let written = match text::read(message) {
            Ok("") => Ok(()),
            Ok(text) => line.entries(text, one),
            Err(_) => Err(NotJson),
        };
        line.or_hidden(written)
    }

    /// Like [`message`](Self::message), for one value that has been read.
    pub(super) fn single(
        value: &str,
        one: impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Self {
        let mut line = Line::new(max_string(), value.len());
        let written = line.entry(value, &one);
        line.or_hidden(written)
    }

    fn or_hidden(self, written: Result<(), NotJson>) -> Self {
        if written.is_ok() {
            return self;
        }
        let mut hidden = Line::new(max_string(), 0);
        hidden.hides = true;
        hidden.push("*** (not JSON)");
        hidden
    }

    fn entries(
        &mut self,
        text: &str,
        one: impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        if begins_with(text, b'[') {
            return self.array(text, |line, entry| line.entry(entry, &one));
        }
        if !begins_with(text, b'{') {
            value(text).ok_or(NotJson)?;
        }
        self.entry(text, &one)
    }

    fn entry(
        &mut self,
        entry: &str,
        one: &impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        if begins_with(entry, b'{') {
            return one(self, entry);
        }
        self.hide();
        Ok(())
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether something is hidden, or may be.
    pub(super) fn hides(&self) -> bool {
        self.hides
    }

    /// Writes an array. What is cut off may hold a secret, and is not read.
    pub(super) fn array(
        &mut self,
        array: &str,
        mut write: impl FnMut(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        let mut elements = Elements::new(array);
        let mut separator = "[";
        for element in elements.by_ref() {
            self.push(std::mem::replace(&mut separator, ","));
            write(self, element)?;
            if self.cut {
                self.hides = true;
                return Ok(());
            }
        }
        elements.finish()?;
        self.push(if separator == "[" { "[]" } else { "]" });
        Ok(())
    }

    /// Writes an object. `write` gets each name, or `None` if its escapes are not Unicode text. What is cut off is read only
    /// until it is known whether something is hidden.
    pub(super) fn object(
        &mut self,
        object: &str,
        mut write: impl FnMut(&mut Line, Option<&str>, &str),
    ) -> Result<(), NotJson> {
        let mut members = Members::new(object);
        let mut separator = "{";
        for (name, value) in members.by_ref() {
            self.push(std::mem::replace(&mut separator, ","));
            self.push(name.quoted());
            self.push(":");
            write(self, name.value().as_deref(), value);
            if self.cut && self.hides {
                return Ok(());
            }
        }
        members.finish()?;
        self.push(if separator == "{" { "{}" } else { "}" });
        Ok(())
    }

    /// Writes a value, or `"***"` instead.
    pub(super) fn push_unless(&mut self, is_secret: bool, value: &str) {
        match is_secret {
            true => self.hide(),
            false => self.push(value),
        }
    }

    pub(super) fn hide(&mut self) {
        self.hides = true;
        self.push(HIDDEN);
    }

    /// A part of a message, whose strings become no longer than this many characters.
    pub(super) fn push(&mut self, part: &str) {
        if self.cut {
            return;
        }
        let is_short = part.len() <= self.max_string && part.len() <= self.room();
        // As most parts are: nothing in it is cut or escaped.
        if is_short && is_printable_ascii(part.as_bytes()) {
            self.text.push_str(part);
            return;
        }
        self.push_by_runs(part);
    }

    /// How many more bytes there is room for. The last character may take more.
    fn room(&self) -> usize {
        LOGGED_MESSAGE.saturating_sub(self.text.len())
    }

    fn push_by_runs(&mut self, part: &str) {
        let mut place = Place::default();
        let mut rest = part;
        loop {
            let limit = self.room().min(place.room(self.max_string));
            let plain;
            (plain, rest) = rest.split_at(plain_length(rest, limit));
            self.text.push_str(plain);
            place.in_string = place.in_string.map(|length| length + plain.len());

            let mut chars = rest.chars();
            let Some(c) = chars.next() else {
                return;
            };
            if self.room() == 0 {
                self.text.push('…');
                self.cut = true;
                return;
            }
            self.push_char(&mut place, c);
            rest = match place.is_cut(self.max_string) {
                true => from_special(chars.as_str()),
                false => chars.as_str(),
            };
        }
    }

    fn push_char(&mut self, place: &mut Place, c: char) {
        match &mut place.in_string {
            None if c.is_ascii_whitespace() => self.text.push(' '),
            None => {
                place.in_string = (c == '"').then_some(0);
                push_escaped(&mut self.text, c);
            }
            Some(_) if c == '"' && !place.escaped => {
                place.in_string = None;
                self.text.push(c);
            }
            Some(length) => {
                // What follows a backslash belongs to it.
                *length += usize::from(!place.escaped);
                if *length <= self.max_string {
                    push_escaped(&mut self.text, c);
                } else if *length == self.max_string + 1 && !place.escaped {
                    self.text.push('…');
                }
                place.escaped = c == '\\' && !place.escaped;
            }
        }
    }
}

/// Where in a part of a message the next character is.
#[derive(Default)]
struct Place {
    /// `Some`: in a string, how many of its characters there have been.
    in_string: Option<usize>,
    /// After a backslash in a string.
    escaped: bool,
}

impl Place {
    /// How many characters may be shown as they are, if they are plain.
    fn room(&self, max_string: usize) -> usize {
        match self.in_string {
            _ if self.escaped => 0,
            Some(length) => max_string.saturating_sub(length),
            None => usize::MAX,
        }
    }

    /// Whether no more of a string is shown.
    fn is_cut(&self, max_string: usize) -> bool {
        !self.escaped && self.in_string.is_some_and(|length| length > max_string)
    }
}

/// How many of the first `limit` bytes are characters that are shown as they are, and neither begin nor end anything.
fn plain_length(text: &str, limit: usize) -> usize {
    let is_special = |byte: &u8| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\');
    let bytes = text.as_bytes();
    let bytes = &bytes[..limit.min(bytes.len())];
    bytes.iter().position(is_special).unwrap_or(bytes.len())
}

/// The rest of a string, from the first character on that may end it.
fn from_special(string: &str) -> &str {
    let is_special = |byte| matches!(byte, b'"' | b'\\');
    let length = string.bytes().position(is_special);
    &string[length.unwrap_or(string.len())..]
}

pub(super) fn begins_with(json: &str, first: u8) -> bool {
    Cursor::new(json).peek() == Some(first)
}

pub(super) fn is_compound(json: &str) -> bool {
    json.starts_with(['[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_strings_are_cut_and_a_line_is_a_line() {
        for (message, shown) in [
            (
                r#"{"a":"12345","b":"123456"}"#,
                r#"{"a":"12345","b":"12345…"}"#,
            ),
            (r#"["ääääää",1234567]"#, r#"["äääää…",1234567]"#),
            (r#"["\"\\\"12\"", "x"]"#, r#"["\"\\\"12…", "x"]"#),
            (r#"["1234567"#, r#"["12345…"#),
            ("[1,\r\n\t2]", "[1,   2]"),
            ("\u{1b}[2J \"\n\u{7f}\"", "\\u001b[2J \"\\u000a\\u007f\""),
            ("\"\u{202e}\u{2028}\"", "\"\\u202e\\u2028\""),
            ("", ""),
        ] {
            assert_eq!(Line::cut_at(5, message).as_str(), shown);
        }
        let whole = "1,".repeat(LOGGED_MESSAGE / 2);
        assert_eq!(Line::cut_at(5, &whole).as_str(), whole);
        let longer = format!("{whole}1");
        assert_eq!(Line::cut_at(5, &longer).as_str(), format!("{whole}…"));
    }

    /// How a text is shown, character by character.
    fn shown(max_string: usize, text: &str) -> String {
        let mut shown = String::new();
        let (mut string, mut escaped) = (None, false);
        for c in text.chars() {
            if shown.len() >= LOGGED_MESSAGE {
                shown.push('…');
                break;
            }
            match &mut string {
                None if c.is_ascii_whitespace() => shown.push(' '),
                None => {
                    string = (c == '"').then_some(0);
                    push_escaped(&mut shown, c);
                }
                Some(_) if c == '"' && !escaped => {
                    string = None;
                    shown.push(c);
                }
                Some(length) => {
                    *length += usize::from(!escaped);
                    if *length <= max_string {
                        push_escaped(&mut shown, c);
                    } else if *length == max_string + 1 && !escaped {
                        shown.push('…');
                    }
                    escaped = c == '\\' && !escaped;
                }
            }
        }
        shown
    }

    #[test]
    fn a_line_is_what_each_character_makes_of_it() {
        let mut random = fastrand::Rng::with_seed(1);
        let pieces = [
            "\"",
            "\"",
            "\\",
            "\\\"",
            "\n",
            "\t",
            "é",
            "\u{202e}",
            "\u{7f}",
            "{",
            "}",
            ":1,",
            "x",
            "two words",
            " ",
        ];
        for _ in 0..20_000 {
            let length = random.usize(..60);
            let piece = |_| pieces[random.usize(..pieces.len())];
            let text: String = (0..length).map(piece).collect();
            for max_string in [0, 1, 5, 30, 200] {
                let line = Line::cut_at(max_string, &text);
                assert_eq!(line.as_str(), shown(max_string, &text), "{text}");
            }
        }
    }

    #[test]
    fn a_long_line_is_cut_where_counting_says() {
        for piece in ["x", "\"", "\"xyz\",", "é", "\u{202e}", "\\"] {
            for before in 0..10 {
                let text = "1".repeat(before) + &piece.repeat(LOGGED_MESSAGE / piece.len() + 10);
                for max_string in [5, 200, 2 * LOGGED_MESSAGE] {
                    let line = Line::cut_at(max_string, &text);
                    assert_eq!(line.as_str(), shown(max_string, &text), "{piece}");
                }
            }
        }
    }
}
