//! Pieces of TypeScript: strings, names of members, comments.

use crate::text::line;
use crate::value::Value;

/// A string literal. JSON's are the same.
pub(super) fn quoted(text: &str) -> String {
    let json = Value::String(text.to_owned()).to_string();
    // They end a line of a comment or of an older program.
    json.replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

pub(super) fn is_identifier(text: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    text.starts_with(is_start) && text.chars().all(|c| is_start(c) || c.is_ascii_digit())
}

/// The name of a member, in a type.
pub(super) fn member(name: &str) -> String {
    match is_identifier(name) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// The name of a member, in a value. A plain `__proto__` would set the prototype.
pub(super) fn key(name: &str) -> String {
    match name {
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ => member(name),
    }
}

/// A doc comment, or nothing.
pub(super) fn comment(paragraphs: &[String], indent: &str) -> String {
    let text = paragraphs.join("\n\n").replace("*/", "*\\/");
    let lines: Vec<String> = text
        .trim()
        .lines()
        .map(|text| line(text).trim_end().to_owned())
        .collect();
    match lines.as_slice() {
        [] => String::new(),
        [only] => format!("{indent}/** {only} */\n"),
        lines => {
            let lines: Vec<String> = lines
                .iter()
                .map(|text| format!("{indent} * {text}").trim_end().to_owned())
                .collect();
            format!("{indent}/**\n{}\n{indent} */\n", lines.join("\n"))
        }
    }
}
