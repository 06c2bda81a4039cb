//! Pieces of Python: literals, docstrings, lists of imports.

use crate::python::pretty::{WIDTH, broken};
use crate::value::Value;

/// A string literal, in the quotes that need fewer escapes.
pub(super) fn quoted(text: &str) -> String {
    let doubles = text.matches('"').count();
    let quote = if doubles > text.matches('\'').count() {
        '\''
    } else {
        '"'
    };
    let mut literal = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => literal += "\\\\",
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\t' => literal += "\\t",
            character if character == quote => literal.extend(['\\', quote]),
            character if is_hidden(character) && (character as u32) < 0x100 => {
                literal += &format!("\\x{:02x}", character as u32);
            }
            character if is_hidden(character) => {
                literal += &format!("\\u{:04x}", character as u32);
            }
            character => literal.push(character),
        }
    }
    literal.push(quote);
    literal
}

/// Characters that nobody sees, and that may make code look like other code.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// The literal of a value. `None` if Python's `Literal` can't have it.
pub(super) fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::String(text) => Some(quoted(text)),
        Value::Number(_) => value.as_integer().map(|integer| integer.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A docstring with its line, or nothing.
pub(super) fn docstring(paragraphs: &[String], indent: &str) -> String {
    let lines = wrapped(clean(&paragraphs.join("\n\n")), WIDTH - indent.len());
    match lines.as_slice() {
        [] => String::new(),
        // A quote at the end would run into the closing ones.
        [only] if only.ends_with('"') => format!("{indent}\"\"\"{only} \"\"\"\n"),
        [only] => format!("{indent}\"\"\"{only}\"\"\"\n"),
        [first, rest @ ..] => {
            let rest: String = rest
                .iter()
                .map(|line| match line.is_empty() {
                    true => "\n".to_owned(),
                    false => format!("{indent}{line}\n"),
                })
                .collect();
            format!("{indent}\"\"\"{first}\n{rest}{indent}\"\"\"\n")
        }
    }
}

/// The lines, of which prose that is too long is broken. Lists, tables and code stay as they are.
fn wrapped(lines: Vec<String>, width: usize) -> Vec<String> {
    let mut wrapped = Vec::new();
    let mut in_code = false;
    for (index, line) in lines.into_iter().enumerate() {
        in_code ^= line.starts_with("```");
        let is_prose =
            line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '`' | '"' | '('));
        // The quotes stand before the first line.
        let quotes = if index == 0 { 3 } else { 0 };
        match is_prose && !in_code && line.chars().count() + quotes > width {
            true => wrapped.extend(wrap(&line, width - quotes)),
            false => wrapped.push(line),
        }
    }
    wrapped
}

/// A text in lines that are as long as they can be.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The lines of a text as they stand in a docstring, without what would end it.
fn clean(text: &str) -> Vec<String> {
    let text = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    let visible = |line: &str| -> String {
        let tabless = line.replace('\t', "    ");
        tabless
            .chars()
            .map(|character| if is_hidden(character) { ' ' } else { character })
            .collect()
    };
    let mut lines: Vec<String> = text
        .trim()
        .lines()
        .map(|line| visible(line).trim_end().to_owned())
        .collect();
    // Formatters take away what all lines but the first are indented by.
    let spaces = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let rest = lines.iter().skip(1).filter(|line| !line.is_empty());
    let shared = rest.map(spaces).min().unwrap_or(0);
    for line in lines.iter_mut().skip(1).filter(|line| !line.is_empty()) {
        line.drain(..shared);
    }
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start().to_owned();
    }
    lines
}

/// A line that imports names, sorted as Python's tools sort them. Nothing if there are no names.
pub(super) fn import(module: &str, names: impl IntoIterator<Item = String>) -> String {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_cached_key(|name| {
        (
            kind_of_name(name),
            pieces(&name.to_ascii_lowercase()),
            name.clone(),
        )
    });
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    let start = format!("from {module} import ");
    let flat = names.join(", ");
    match start.len() + flat.len() <= WIDTH {
        true => format!("{start}{flat}\n"),
        false => {
            let list = broken(&format!("({flat})"), 0, WIDTH, 0);
            format!("{start}{list}\n")
        }
    }
}

/// Sorts names as Python's tools sort `__all__`.
pub(super) fn sort(names: &mut [String]) {
    names.sort_by_cached_key(|name| (kind_of_name(name), pieces(name)));
}

/// Constants come first, then classes, then functions.
fn kind_of_name(name: &str) -> u8 {
    let has_letters = name.chars().any(|c| c.is_ascii_alphabetic());
    match name.chars().next() {
        _ if has_letters && name.len() > 1 && name == name.to_ascii_uppercase() => 0,
        Some(first) if first.is_ascii_uppercase() => 1,
        _ => 2,
    }
}

/// A name as numbers and the texts that follow them, so that `A2` comes before `A10`.
fn pieces(name: &str) -> Vec<(u64, String)> {
    let mut pieces = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let text_at = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(text_at);
        let digits_at = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (text, after) = after.split_at(digits_at);
        pieces.push((digits.parse().unwrap_or(0), text.to_owned()));
        rest = after;
    }
    pieces
}

/// The identifiers in a piece of code, outside of its strings. The names of keyword arguments do not count.
pub(super) fn identifiers(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for piece in outside_strings(code) {
        let mut rest = piece;
        while let Some(start) = rest.find(is_word) {
            let from = &rest[start..];
            let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
            let is_keyword = after.starts_with('=') && !after.starts_with("==");
            found.extend((!is_keyword).then_some(word));
            rest = after;
        }
    }
    found
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The pieces of code between strings and docstrings.
fn outside_strings(code: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(['"', '\'']) {
        let (before, from) = rest.split_at(start);
        pieces.push(before);
        let quote = if from.starts_with("\"\"\"") {
            "\"\"\""
        } else {
            &from[..1]
        };
        rest = after_string(&from[quote.len()..], quote);
    }
    pieces.push(rest);
    pieces
}

/// What follows the end of a string.
fn after_string<'a>(text: &'a str, quote: &str) -> &'a str {
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if text[at..].starts_with(quote) {
            return &text[at + quote.len()..];
        }
    }
    ""
}

/// An annotation inside a class. If a member of the class has the name of a builtin, the annotation says `builtins.` before it.
pub(super) fn unshadowed(annotation: &str, members: &[&str]) -> String {
    let mut text = annotation.to_owned();
    for name in [
        "bool", "bytes", "dict", "float", "int", "list", "str", "tuple",
    ] {
        if members.contains(&name) && identifiers(annotation).contains(&name) {
            text = replaced(&text, name, &format!("builtins.{name}"));
        }
    }
    text
}

fn replaced(code: &str, name: &str, by: &str) -> String {
    let mut text = String::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let (piece, is_word) = match first {
            '"' | '\'' => (string_at_start(rest), false),
            _ if is_word(first) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                (&rest[..end], true)
            }
            _ => (&rest[..first.len_utf8()], false),
        };
        text += if is_word && piece == name { by } else { piece };
        rest = &rest[piece.len()..];
    }
    text
}

/// The string that the code starts with, with its quotes.
fn string_at_start(code: &str) -> &str {
    let mut characters = code.char_indices();
    let quote = characters.next().map(|(_, quote)| quote);
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if Some(character) == quote {
            return &code[..=at];
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_quoted_as_formatters_do() {
        for (text, expected) in [
            ("a", "\"a\""),
            ("a\"b", "'a\"b'"),
            ("a\"b'c", "\"a\\\"b'c\""),
            ("\u{7}\n\\", "\"\\x07\\n\\\\\""),
            ("\u{202e}é", "\"\\u202eé\""),
        ] {
            assert_eq!(quoted(text), expected, "{text:?}");
        }
    }

    #[test]
    fn docstrings_can_not_be_left() {
        let text = docstring(
            &["a \"\"\" b\\".to_owned(), "c\n    d\n      e".to_owned()],
            "    ",
        );
        let expected =
            "    \"\"\"a \\\"\\\"\\\" b\\\\\n\n    c\n        d\n          e\n    \"\"\"\n";
        assert_eq!(text, expected);
        // A wide space is one character of several bytes.
        let wide = docstring(&["a\n\u{3000}b\n c".to_owned()], "");
        assert_eq!(wide, "\"\"\"a\n\u{3000}b\n c\n\"\"\"\n");
        assert_eq!(
            docstring(&["say \"a\"".to_owned()], ""),
            "\"\"\"say \"a\" \"\"\"\n"
        );
    }

    #[test]
    fn imports_are_sorted() {
        let names = ["b", "A10", "A2", "URL", "Zed"].map(str::to_owned);
        assert_eq!(import(".a", names), "from .a import A2, A10, URL, Zed, b\n");
    }
}
