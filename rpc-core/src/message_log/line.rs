//! [`Line`]: a message as one line of text, with its long strings cut and its secrets hidden.

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
    fn new(max_string: usize) -> Self {
        Line {
            text: String::new(),
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
        let mut line = Line::new(max_string);
        line.push(text);
        line
    }

    /// A message whose objects are written by `one`, the message itself or each entry of a batch. Anything else may hold
    /// a secret anywhere, and is hidden.
    pub(super) fn message(
        message: &[u8],
        one: impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Self {
        let mut line = Line::new(max_string());
        let written = match text::read(message) {
            Ok("") => Ok(()),
            Ok(text) => line.entries(text, one),
            Err(_) => Err(NotJson),
        };
        if written.is_err() {
            line = Line::new(max_string());
            line.hides = true;
            line.push("*** (not JSON)");
        }
        line
    }

    fn entries(
        &mut self,
        text: &str,
        one: impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        let entry = |line: &mut Line, entry: &str| match begins_with(entry, b'{') {
            true => one(line, entry),
            false => {
                line.hide();
                Ok(())
            }
        };
        if begins_with(text, b'[') {
            return self.array(text, entry);
        }
        if !begins_with(text, b'{') {
            value(text).ok_or(NotJson)?;
        }
        entry(self, text)
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
        // `Some`: in a string, how many of its characters there have been.
        let mut string = None;
        let mut escaped = false;
        let mut chars = part.chars();
        while !self.cut
            && let Some(c) = chars.next()
        {
            if self.text.len() >= LOGGED_MESSAGE {
                self.text.push('…');
                self.cut = true;
                return;
            }
            match &mut string {
                None => {
                    if c == '"' {
                        string = Some(0);
                    }
                    match c.is_ascii_whitespace() {
                        true => self.text.push(' '),
                        false => push_escaped(&mut self.text, c),
                    }
                }
                Some(_) if c == '"' && !escaped => {
                    string = None;
                    self.text.push(c);
                }
                Some(length) => {
                    // What follows a backslash belongs to it.
                    *length += usize::from(!escaped);
                    if *length <= self.max_string {
                        push_escaped(&mut self.text, c);
                    } else if *length == self.max_string + 1 && !escaped {
                        self.text.push('…');
                    }
                    escaped = c == '\\' && !escaped;
                    if *length > self.max_string && !escaped {
                        chars = from_special(chars.as_str()).chars();
                    }
                }
            }
        }
    }
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
}
