//! Text as a value: JSON, or YAML by the core schema of YAML 1.2, in which `yes` is a string and `true` is not.
//!
//! The parser is granit-parser, the one below serde-saphyr: it is maintained, forbids unsafe code, bounds how deep a text nests,
//! and brings one more crate. The crates that offer a value of their own are deprecated (serde_yaml and its forks) or bring
//! a dozen others.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, Tag};
use serde_json::Number;

use crate::value::{Object, Value};

/// How deep values may nest, as in serde_json.
const MAX_DEPTH: usize = 128;

/// How many values the aliases of a text may stand for. A few lines of YAML can otherwise stand for billions.
const MAX_ALIASED: usize = 1_000_000;

impl Value {
    /// Parses a text, which is JSON if it starts with `{`, and YAML otherwise.
    ///
    /// # Errors
    ///
    /// The text is neither, or nests deeper than 128 levels.
    pub fn from_text(text: &str) -> Result<Value, String> {
        let text = text.trim_start_matches('\u{feff}');
        match text.trim_start().starts_with('{') {
            true => Value::from_json(text).map_err(|error| format!("not JSON: {error}")),
            false => parse(text).map_err(|error| format!("not YAML: {error}")),
        }
    }
}

/// Parses a text with one YAML document.
fn parse(text: &str) -> Result<Value, String> {
    let mut loader = Loader {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        aliased: 0,
    };
    let mut value = None;
    loop {
        match loader.next()? {
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::StreamEnd => return value.ok_or_else(|| "the text is empty".to_owned()),
            _ if value.is_some() => return Err("the text has more than one document".to_owned()),
            event => value = Some(loader.value(event, 0)?),
        }
    }
}

struct Loader<'a> {
    events: Parser<'a, StrInput<'a>>,
    /// What each anchor stands for, and how many values that is.
    anchors: HashMap<usize, (Value, usize)>,
    aliased: usize,
}

impl<'a> Loader<'a> {
    /// The next event that is not a comment.
    fn next(&mut self) -> Result<Event<'a>, String> {
        match self.events.next() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(error.to_string()),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'a>, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err(format!("the text nests deeper than {MAX_DEPTH} levels"));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(text, style, tag.as_deref())?;
                self.keep(anchor, &value);
                Ok(value)
            }
            Event::SequenceStart(_, anchor, _) => {
                let value = Value::Array(self.elements(depth)?);
                self.keep(anchor, &value);
                Ok(value)
            }
            Event::MappingStart(_, anchor, _) => {
                let value = Value::Object(self.members(depth)?);
                self.keep(anchor, &value);
                Ok(value)
            }
            Event::Alias(anchor) => self.alias(anchor, depth),
            _ => Err("a value is missing".to_owned()),
        }
    }

    fn elements(&mut self, depth: usize) -> Result<Vec<Value>, String> {
        let mut elements = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(elements),
                event => elements.push(self.value(event, depth + 1)?),
            }
        }
    }

    fn members(&mut self, depth: usize) -> Result<Object, String> {
        let mut members = Object::new();
        loop {
            let name = match self.next()? {
                Event::MappingEnd => return Ok(members),
                // `200:` and `null:` are names as they are written.
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err("the name of a member is not a string".to_owned()),
            };
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            if members.insert(name.clone(), value).is_some() {
                return Err(format!("duplicate member {name:?}"));
            }
        }
    }

    fn keep(&mut self, anchor: usize, value: &Value) {
        // An anchor of 0 is none.
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), size(value)));
        }
    }

    fn alias(&mut self, anchor: usize, depth: usize) -> Result<Value, String> {
        let Some((value, size)) = self.anchors.get(&anchor) else {
            return Err("an alias stands inside the value that it stands for".to_owned());
        };
        self.aliased += size;
        if self.aliased > MAX_ALIASED {
            return Err(format!(
                "the aliases stand for more than {MAX_ALIASED} values"
            ));
        }
        if depth + self::depth(value) > MAX_DEPTH {
            return Err(format!("the text nests deeper than {MAX_DEPTH} levels"));
        }
        Ok(value.clone())
    }
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn size(value: &Value) -> usize {
    1 + children(value).map(size).sum::<usize>()
}

fn depth(value: &Value) -> usize {
    1 + children(value).map(depth).max().unwrap_or(0)
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let is_text = tag.is_some_and(|tag| tag.suffix() == "str");
    if style != ScalarStyle::Plain || is_text {
        return Ok(Value::String(text.into_owned()));
    }
    Ok(match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        plain => match number(plain) {
            Some(number) => Value::Number(number),
            None => Value::String(text.into_owned()),
        },
    })
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(hex) = digits.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(Number::from);
    }
    if let Some(octal) = digits.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Number::from);
    }
    // `inf` and `nan` are words to Rust, and strings to YAML.
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+'));
    if !is_number {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Ok(integer) = text.parse::<u64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    text.parse().ok().and_then(Number::from_f64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn json(yaml: &str) -> String {
        parse(yaml).unwrap().to_string()
    }

    #[test]
    fn scalars_have_the_types_of_the_core_schema() {
        let yaml =
            "[yes, true, ~, 1, -2, 1.5, 0x10, 1e3, '1', !!str 2, 1.2.3, inf, 2026-01-01, '']";
        let expected =
            r#"["yes",true,null,1,-2,1.5,16,1000.0,"1","2","1.2.3","inf","2026-01-01",""]"#;
        assert_eq!(json(yaml), expected);
    }

    #[test]
    fn aliases_stand_for_their_values_but_not_for_billions() {
        assert_eq!(json("a: &x [1, 2]\nb: *x\n"), r#"{"a":[1,2],"b":[1,2]}"#);
        let mut bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned();
        for level in 1..10 {
            let before = level - 1;
            let aliases = vec![format!("*a{before}"); 10].join(", ");
            bomb += &format!("a{level}: &a{level} [{aliases}]\n");
        }
        assert!(parse(&bomb).unwrap_err().contains("aliases"));
        assert!(parse("&a [*a]").is_err());
    }

    #[test]
    fn broken_texts_are_errors() {
        for yaml in ["", "a: 1\na: 2", "--- 1\n--- 2", "{a: 1", "? [1]\n: 2"] {
            assert!(parse(yaml).is_err(), "{yaml:?}");
        }
        assert!(parse(&"[".repeat(10_000)).is_err());
        assert!(parse(&"- ".repeat(10_000)).is_err());
    }
}
