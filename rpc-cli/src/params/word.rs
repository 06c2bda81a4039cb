//! [`Word`]: a param as it is typed.

use rpc_core::Base64;
use serde_json::value::RawValue;

use crate::failure::{Failure, Result};

/// A param as it is typed: `name=text`, `name:=json`, `=text`, `:=json` or a value alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word<'a> {
    /// `None` for a param by position.
    pub(super) name: Option<&'a str>,
    written: Written<'a>,
    whole: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Written<'a> {
    /// After `=`: a string, whatever it looks like.
    Text(&'a str),
    /// After `:=`.
    Json(&'a str),
    /// Alone: JSON if it parses, and a string otherwise.
    Alone(&'a str),
}

impl<'a> Word<'a> {
    /// A name begins with a letter or `_`, so JSON text is never taken for one.
    pub(super) fn parse(whole: &'a str) -> Self {
        let alone = Word {
            name: None,
            written: Written::Alone(whole),
            whole,
        };
        let Some((before, after)) = whole.split_once('=') else {
            return alone;
        };
        let (name, written) = match before.strip_suffix(':') {
            Some(name) => (name, Written::Json(after)),
            None => (before, Written::Text(after)),
        };
        let name = match name {
            "" => None,
            name if is_name(name) => Some(name),
            _ => return alone,
        };
        Word {
            name,
            written,
            whole,
        }
    }

    pub(super) fn value(&self) -> Result<Box<RawValue>> {
        match self.written {
            Written::Text(text) => string(text),
            Written::Json(json) => serde_json::from_str(json).map_err(|error| {
                let before = self.name.unwrap_or_default();
                Failure::usage(format!("what follows {before}:= is not JSON: {error}"))
                    .with_hint(format!("{before}= is followed by text"))
            }),
            Written::Alone(text) => serde_json::from_str(text).or_else(|_| string(text)),
        }
    }

    /// Whether the word may as well be base64 text whose padding looks like `=` and a short text after it.
    ///
    /// Digits and capitals make the difference to a name whose text is empty: `SGVsbG8=` and `comment=`.
    pub(super) fn reads_as_base64(&self) -> bool {
        let mut text = self.whole.to_owned();
        let is_padded = match (self.name, self.written) {
            (Some(_), Written::Text("=")) => {
                // Section 5 of RFC 4648 has another alphabet.
                text = text.replace('-', "+").replace('_', "/");
                true
            }
            (Some(name), Written::Text("")) => {
                let is_telling =
                    |character: char| character.is_ascii_uppercase() || character.is_ascii_digit();
                name.contains(is_telling)
            }
            _ => false,
        };
        is_padded && serde_json::from_str::<Base64>(&format!("\"{text}\"")).is_ok()
    }

    /// By the rules it is a param by name, which is hardly ever meant.
    pub(super) fn ambiguous(&self) -> Failure {
        let (whole, name) = (self.whole, self.name.unwrap_or_default());
        let text = &whole[name.len() + 1..];
        Failure::usage(format!(
            "{whole} may be text in base64, or the param {name} with the text \"{text}\""
        ))
        .with_hint(format!(
            "={whole} is sent as text by position, {name}:='\"{text}\"' as a param by name"
        ))
    }

    /// How to send a text that would be a number, a boolean, null, an array or an object if it was JSON; `None` for other
    /// params.
    pub(super) fn as_json_instead(&self) -> Option<String> {
        let Written::Text(text) = self.written else {
            return None;
        };
        let json: Box<RawValue> = serde_json::from_str(text).ok()?;
        let name = self.name.unwrap_or_default();
        let is_string = json.get().starts_with('"');
        (!is_string).then(|| format!("{name}={text} is sent as a string, {name}:={text} as JSON"))
    }
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '-' | '.'))
}

fn string(text: &str) -> Result<Box<RawValue>> {
    serde_json::value::to_raw_value(text).map_err(|error| Failure::usage(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_told_from_a_name_with_a_text() {
        for word in [
            "YWJjZA==",
            "SGVsbG8=",
            "YWI=",
            "YQ==",
            "TWFueSBoYW5kcw==",
            "PDw_Pz8-Pg==",
        ] {
            assert!(Word::parse(word).reads_as_base64(), "{word}");
        }
        for word in [
            "comment=", "address=", "item=tea", "op==", "a==", "note===", "a.b=", "id:==", "=YQ==",
            "YWJj", "5Ws=", "_a==",
        ] {
            assert!(!Word::parse(word).reads_as_base64(), "{word}");
        }
    }
}
