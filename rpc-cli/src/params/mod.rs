//! [`CallParams`]: the params of a call, from words of a command line or from JSON.

mod word;

use std::io::{self, Read};
use std::path::Path;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::encoding;
use crate::failure::{Failure, Result};
use word::Word;

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
    /// From words of a command line: all by position, or all by name.
    pub(crate) fn from_words(words: &[String]) -> Result<Self> {
        let words: Vec<Word<'_>> = words.iter().map(|word| Word::parse(word)).collect();
        let by_name: Vec<&str> = words.iter().filter_map(|word| word.name).collect();
        match by_name.as_slice() {
            _ if words.is_empty() => Ok(CallParams::None),
            [] => Ok(CallParams::ByPosition(
                words.iter().map(Word::value).collect::<Result<_>>()?,
            )),
            [name, ..] if by_name.len() < words.len() => Err(Failure::usage(
                "some params are by position and some by name; use one or the other",
            )
            .with_hint(format!(
                "a text that begins with {name}= is sent by position if it is written as ={name}=…"
            ))),
            _ => CallParams::by_name(&words),
        }
    }

    /// What to write if the server expects something else than the strings that these words are.
    pub(crate) fn hint(words: &[String]) -> Option<String> {
        words
            .iter()
            .find_map(|word| Word::parse(word).as_json_instead())
    }

    /// Whether the params go by name, which JSON-RPC 1.0 does not have.
    pub(crate) fn are_by_name(&self) -> bool {
        match self {
            CallParams::None | CallParams::ByPosition(_) => false,
            CallParams::ByName(_) => true,
            CallParams::Whole(params) => params.get().starts_with('{'),
        }
    }

    fn by_name(words: &[Word<'_>]) -> Result<Self> {
        if let [word, ..] = words
            && words.iter().all(Word::reads_as_base64)
        {
            return Err(word.ambiguous());
        }
        let mut members: Vec<(String, Box<RawValue>)> = Vec::with_capacity(words.len());
        for word in words {
            let name = word.name.unwrap_or_default();
            if members.iter().any(|(taken, _)| taken == name) {
                let text = format!("the param {name} is given twice");
                return Err(Failure::usage(text));
            }
            members.push((name.to_owned(), word.value()?));
        }
        Ok(CallParams::ByName(members))
    }

    /// From a JSON array or object.
    pub(crate) fn from_json(json: &str) -> Result<Self> {
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
        if path != Path::new("-") {
            return CallParams::from_json(&encoding::read(path)?);
        }
        let mut bytes = Vec::new();
        let read = io::stdin().read_to_end(&mut bytes);
        read.map_err(|error| Failure::file(path, &error))?;
        CallParams::from_json(&encoding::decode(path, bytes)?)
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
    fn a_word_alone_is_json_if_it_parses_and_a_string_otherwise() {
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
            (r#""a:=b""#, r#"["a:=b"]"#),
            ("tea", r#"["tea"]"#),
            ("", r#"[""]"#),
            ("01", r#"["01"]"#),
            ("1 2", r#"["1 2"]"#),
            ("{a", r#"["{a"]"#),
            ("1=2", r#"["1=2"]"#),
            ("http://a/?b=c", r#"["http://a/?b=c"]"#),
            ("a:b:=1", r#"["a:b:=1"]"#),
            ("say \"hi\"", r#"["say \"hi\""]"#),
        ] {
            assert_eq!(params(&[word]), json, "{word}");
        }
    }

    /// What a script can rely on.
    #[test]
    fn what_follows_an_equals_sign_is_a_string_whatever_it_looks_like() {
        for text in [
            "", "tea", "5", "-1", "1e5", "true", "null", "[1]", "{", r#""5""#, "=", "==", "=5",
            ":=5", "a=b", "a:=b", "YWJjZA==", "--x", " 5 ", "ü", "@file",
        ] {
            let json = serde_json::Value::from(text);
            let by_position = params(&[&format!("={text}")]);
            assert_eq!(by_position, format!("[{json}]"), "={text}");
            let by_name = params(&[&format!("op={text}")]);
            assert_eq!(by_name, format!(r#"{{"op":{json}}}"#), "op={text}");
        }
    }

    #[test]
    fn what_follows_a_colon_and_an_equals_sign_is_json() {
        for json in [
            "5",
            "-1.50",
            "null",
            r#""5""#,
            "[1, 2]",
            r#"{"a=b":"c:=d"}"#,
        ] {
            assert_eq!(params(&[&format!(":={json}")]), format!("[{json}]"));
            let by_name = params(&[&format!("a.b-c:={json}")]);
            assert_eq!(by_name, format!(r#"{{"a.b-c":{json}}}"#));
        }
        for word in ["a:=tea", "a:=", "a:=01", ":=tea", ":=1 2", "a:==5"] {
            let error = params(&[word]);
            assert!(error.contains(":= is not JSON: "), "{word}: {error}");
            assert!(error.contains("= is followed by text"), "{word}: {error}");
        }
    }

    #[test]
    fn deeply_nested_json_is_not_a_string() {
        let deep = "[".repeat(500) + &"]".repeat(500);
        assert_eq!(params(&[&deep]), format!("[{deep}]"));
    }

    #[test]
    fn named_words_make_an_object() {
        let words = ["item=tea", "quantity:=2", "note=", "a.b-c=x=y", "ü=5"];
        let json = r#"{"item":"tea","quantity":2,"note":"","a.b-c":"x=y","ü":"5"}"#;
        assert_eq!(params(&words), json);
        assert_eq!(params(&[]), "null");
        assert_eq!(params(&["5", "=5", ":=5"]), r#"[5,"5",5]"#);
    }

    #[test]
    fn params_by_name_and_by_position_do_not_mix() {
        for words in [["1", "b=2"], ["=1", "b:=2"], ["b=2", ":=1"]] {
            assert!(params(&words).contains("use one or the other"), "{words:?}");
        }
        assert!(params(&["b=1", "b:=2"]).contains("the param b is given twice"));
    }

    #[test]
    fn base64_text_is_not_taken_for_a_name() {
        for words in [
            &["YWJjZA=="] as &[&str],
            &["SGVsbG8="],
            &["YWJjZA==", "YQ=="],
        ] {
            let error = params(words);
            let hint = format!("={} is sent as text by position", words[0]);
            assert!(error.contains(&hint), "{error}");
        }
        let words = ["key=YQ==", "YWJjZA=="];
        assert_eq!(params(&words), r#"{"key":"YQ==","YWJjZA":"="}"#);
    }

    #[test]
    fn strings_that_could_be_json_are_pointed_out() {
        let hint = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            CallParams::hint(&words)
        };
        let quantity = "quantity=2 is sent as a string, quantity:=2 as JSON";
        let found = hint(&["item=tea", "quantity=2"]);
        assert_eq!(found.as_deref(), Some(quantity));
        assert!(hint(&["=null"]).is_some());
        assert_eq!(hint(&["item=tea", "n:=2", "5", r#"s="2""#]), None);
    }
}
