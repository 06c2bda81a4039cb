//! Literals of Rust.

use crate::value::Value;

/// A string literal.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from('"');
    for character in text.chars() {
        match character {
            '\\' => literal += "\\\\",
            '"' => literal += "\\\"",
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\t' => literal += "\\t",
            hidden if is_hidden(hidden) => {
                literal += &format!("\\u{{{:x}}}", hidden as u32);
            }
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

/// Characters that nobody sees, and that may make code look like other code. The compiler refuses some of them.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// A value in the macro `json!`. `None` if the macro can't have it: a number beyond 64 bits.
pub(super) fn json(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::String(text) => Some(string(text)),
        Value::Number(_) => number(value),
        Value::Array(elements) => {
            let elements: Option<Vec<String>> = elements.iter().map(json).collect();
            Some(format!("[{}]", elements?.join(", ")))
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                Some(format!("{}: {}", string(name), json(value)?))
            };
            let members: Option<Vec<String>> = members.iter().map(member).collect();
            Some(format!("{{{}}}", members?.join(", ")))
        }
    }
}

fn number(value: &Value) -> Option<String> {
    match value.as_integer() {
        Some(integer) => integer_with_type(integer),
        None => value.as_f64().filter(|it| it.is_finite()).map(float),
    }
}

/// An integer. Without its type, one beyond 32 bits would not compile where nothing else says what it is.
pub(super) fn integer_with_type(integer: i128) -> Option<String> {
    match integer {
        small if i32::try_from(small).is_ok() => Some(small.to_string()),
        signed if i64::try_from(signed).is_ok() => Some(format!("{signed}i64")),
        unsigned if u64::try_from(unsigned).is_ok() => Some(format!("{unsigned}u64")),
        _ => None,
    }
}

/// A number with a point or an exponent.
pub(super) fn float(number: f64) -> String {
    format!("{number:?}")
}
