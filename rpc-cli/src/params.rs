//! [`CallParams`]: the params of a call, from words of a command line or from JSON.

use std::io::{self, Read};
use std::path::Path;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::failure::{Failure, Result};

/// The params of a call. Each value keeps the exact text it was written with.
#[derive(Debug, Clone)]
pub(crate) enum CallParams {
    None,
    ByPosition(Vec<Box<RawValue>>),
    ByName(Vec<(String, Box<RawValue>)>),
    /// An array or an object, as it was written.
    Whole(Box<RawValue>),
}

impl CallParams {
    /// From words of a command line: values by position, or `name=value` for each.
    pub(crate) fn from_words(words: &[String]) -> Result<Self> {
        let mut by_position = Vec::new();
        let mut by_name: Vec<(String, Box<RawValue>)> = Vec::new();
        for word in words {
            match split_name(word) {
                None => by_position.push(value(word)?),
                Some((name, _)) if by_name.iter().any(|(taken, _)| taken == name) => {
                    let text = format!("the param {name} is given twice");
                    return Err(Failure::usage(text));
                }
                Some((name, text)) => by_name.push((name.to_owned(), value(text)?)),
            }
        }
        match (by_position.is_empty(), by_name.first()) {
            (true, None) => Ok(CallParams::None),
            (false, None) => Ok(CallParams::ByPosition(by_position)),
            (true, Some(_)) => Ok(CallParams::ByName(by_name)),
            (false, Some((name, _))) => Err(Failure::usage(
                "some params are by position and some by name; use one or the other",
            )
            .with_hint(format!(
                "put a string that contains = in JSON quotes: '\"{name}=…\"'"
            ))),
        }
    }

    /// From a JSON array or object.
    pub(crate) fn from_json(json: &str) -> Result<Self> {
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let params: Box<RawValue> = serde_json::from_str(json)
            .map_err(|error| Failure::usage(format!("the params are not valid JSON: {error}")))?;
        match params.get().bytes().next() {
            Some(b'[' | b'{') => Ok(CallParams::Whole(params)),
            _ => Err(Failure::usage(
                "the params are neither a JSON array nor a JSON object",
            )),
        }
    }

    /// From a file with a JSON array or object; `-` is stdin.
    pub(crate) fn from_file(path: &Path) -> Result<Self> {
        let mut json = String::new();
        let read = if path == Path::new("-") {
            io::stdin().read_to_string(&mut json).map(drop)
        } else {
            std::fs::read_to_string(path).map(|text| json = text)
        };
        read.map_err(|error| Failure::file(path, &error))?;
        CallParams::from_json(&json)
    }
}

impl Serialize for CallParams {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            // rpc-core leaves `params` out of the message.
            CallParams::None => serializer.serialize_unit(),
            CallParams::ByPosition(values) => values.serialize(serializer),
            CallParams::ByName(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            CallParams::Whole(params) => params.serialize(serializer),
        }
    }
}

/// Splits `name=value`. A name begins with a letter or `_`, so JSON text is never taken for one.
fn split_name(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let mut characters = name.chars();
    let is_name = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '-' | '.'));
    is_name.then_some((name, value))
}

/// The text itself if it is JSON, and otherwise the text as a JSON string.
fn value(text: &str) -> Result<Box<RawValue>> {
    if let Ok(json) = serde_json::from_str::<Box<RawValue>>(text) {
        return Ok(json);
    }
    serde_json::value::to_raw_value(text).map_err(|error| Failure::usage(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        match CallParams::from_words(&words) {
            Ok(params) => serde_json::to_string(&params).expect("valid JSON"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn a_word_is_json_if_it_parses_and_a_string_otherwise() {
        for (word, json) in [
            ("1", "[1]"),
            ("-1.50e3", "[-1.50e3]"),
            ("12345678901234567890123", "[12345678901234567890123]"),
            ("true", "[true]"),
            ("null", "[null]"),
            ("[1, 2]", "[[1, 2]]"),
            (r#"{"a":1}"#, r#"[{"a":1}]"#),
            (r#""5""#, r#"["5"]"#),
            (r#""a=b""#, r#"["a=b"]"#),
            ("tea", r#"["tea"]"#),
            ("", r#"[""]"#),
            ("01", r#"["01"]"#),
            ("1 2", r#"["1 2"]"#),
            ("{a", r#"["{a"]"#),
            ("=b", r#"["=b"]"#),
            ("1=2", r#"["1=2"]"#),
            ("say \"hi\"", r#"["say \"hi\""]"#),
        ] {
            assert_eq!(params(&[word]), json, "{word}");
        }
    }

    #[test]
    fn deeply_nested_json_is_not_a_string() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        assert_eq!(params(&[&deep]), format!("[{deep}]"));
    }

    #[test]
    fn named_words_make_an_object() {
        let words = ["item=tea", "quantity=2", "note=", "a.b-c=x=y", "ü=\"5\""];
        let json = r#"{"item":"tea","quantity":2,"note":"","a.b-c":"x=y","ü":"5"}"#;
        assert_eq!(params(&words), json);
        assert_eq!(params(&[]), "null");
    }

    #[test]
    fn params_by_name_and_by_position_do_not_mix() {
        assert!(params(&["1", "b=2"]).contains("use one or the other"));
        assert!(params(&["b=1", "b=2"]).contains("the param b is given twice"));
    }
}
