//! [`Arguments`]: words of a command line as the params of a call.

use std::io::{self, Read};
use std::path::Path;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::failure::{Failure, Result};

/// The params of a call, to the letter.
#[derive(Debug, Clone)]
pub(crate) enum Arguments {
    None,
    ByPosition(Vec<Box<RawValue>>),
    ByName(Vec<(String, Box<RawValue>)>),
    /// An array or an object that somebody has written.
    Whole(Box<RawValue>),
}

impl Arguments {
    /// Words of a command line: values by position, or `name=value` each.
    pub(crate) fn from_words(words: &[String]) -> Result<Self> {
        let mut by_position = Vec::new();
        let mut by_name: Vec<(String, Box<RawValue>)> = Vec::new();
        for word in words {
            match split_name(word) {
                None => by_position.push(value(word)?),
                Some((name, _)) if by_name.iter().any(|(taken, _)| taken == name) => {
                    let text = format!("the parameter {name} is given twice");
                    return Err(Failure::usage(text));
                }
                Some((name, text)) => by_name.push((name.to_owned(), value(text)?)),
            }
        }
        match (by_position.is_empty(), by_name.first()) {
            (true, None) => Ok(Arguments::None),
            (false, None) => Ok(Arguments::ByPosition(by_position)),
            (true, Some(_)) => Ok(Arguments::ByName(by_name)),
            (false, Some((name, _))) => Err(Failure::usage(
                "the parameters go either by position or by name, and these are mixed",
            )
            .hint(format!(
                "a string with `=` in it is put in JSON's quotes: '\"{name}=…\"'"
            ))),
        }
    }

    /// An array or an object.
    pub(crate) fn from_json(json: &str) -> Result<Self> {
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let params: Box<RawValue> = serde_json::from_str(json)
            .map_err(|error| Failure::usage(format!("the params are no JSON: {error}")))?;
        match params.get().bytes().next() {
            Some(b'[' | b'{') => Ok(Arguments::Whole(params)),
            _ => Err(Failure::usage(
                "the params are neither an array nor an object",
            )),
        }
    }

    /// The same, from a file; `-` is stdin.
    pub(crate) fn from_file(path: &Path) -> Result<Self> {
        let mut json = String::new();
        let read = if path == Path::new("-") {
            io::stdin().read_to_string(&mut json).map(drop)
        } else {
            std::fs::read_to_string(path).map(|text| json = text)
        };
        read.map_err(|error| Failure::file(path, &error))?;
        Arguments::from_json(&json)
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            // rpc-core makes no params of it.
            Arguments::None => serializer.serialize_unit(),
            Arguments::ByPosition(values) => values.serialize(serializer),
            Arguments::ByName(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Arguments::Whole(params) => params.serialize(serializer),
        }
    }
}

/// The parts of `name=value`. A name begins with a letter or `_`, so that no JSON text looks like one.
fn split_name(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let mut characters = name.chars();
    let is_name = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '-' | '.'));
    is_name.then_some((name, value))
}

/// JSON where the text parses as that, a string otherwise.
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
        match Arguments::from_words(&words) {
            Ok(params) => serde_json::to_string(&params).expect("it is JSON already"),
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn a_word_is_json_where_it_parses_and_a_string_otherwise() {
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
    fn nesting_makes_no_string_of_json() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        assert_eq!(params(&[&deep]), format!("[{deep}]"));
    }

    #[test]
    fn words_with_names_make_an_object() {
        let words = ["item=tea", "quantity=2", "note=", "a.b-c=x=y", "ü=\"5\""];
        let json = r#"{"item":"tea","quantity":2,"note":"","a.b-c":"x=y","ü":"5"}"#;
        assert_eq!(params(&words), json);
        assert_eq!(params(&[]), "null");
    }

    #[test]
    fn names_and_positions_do_not_mix() {
        assert!(params(&["1", "b=2"]).contains("mixed"));
        assert!(params(&["b=1", "b=2"]).contains("the parameter b is given twice"));
    }
}
