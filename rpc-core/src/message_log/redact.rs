//! What a message looks like in the log.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Json;
use crate::contract::{Method, ParamsStyle};

/// A parameter that does not appear in logs: one that a contract marks `#[rpc(secret)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secret {
    /// The method's name on the wire.
    pub method: &'static str,
    /// The parameter's place and its name on the wire; `None`: all of the params.
    pub param: Option<(usize, &'static str)>,
}

impl Secret {
    /// A method's parameter, by its place and its name on the wire.
    pub const fn param(method: &'static str, index: usize, name: &'static str) -> Self {
        Secret {
            method,
            param: Some((index, name)),
        }
    }

    /// All of a method's params.
    pub const fn params(method: &'static str) -> Self {
        Secret {
            method,
            param: None,
        }
    }
}

/// Which params of a request are secret.
#[derive(Debug, PartialEq)]
pub(super) enum Secrets {
    None,
    Some(Vec<(usize, &'static str)>),
    All,
}

impl Secrets {
    pub(super) fn of_client(secrets: &[Secret], method: &str) -> Self {
        let own = secrets.iter().filter(|secret| secret.method == method);
        Secrets::from(own.map(|secret| secret.param))
    }

    pub(super) fn of_method(method: &Method) -> Self {
        let secret = method.params.iter().enumerate().filter(|(_, it)| it.secret);
        Secrets::from(secret.map(|(index, param)| match method.style {
            ParamsStyle::Whole => None,
            _ => Some((index, param.name)),
        }))
    }

    fn from(params: impl Iterator<Item = Option<(usize, &'static str)>>) -> Self {
        match params.collect::<Option<Vec<_>>>() {
            None => Secrets::All,
            Some(params) if params.is_empty() => Secrets::None,
            Some(params) => Secrets::Some(params),
        }
    }

    fn has_index(&self, index: usize) -> bool {
        self.any(|secret| secret.0 == index)
    }

    fn has_name(&self, name: &str) -> bool {
        self.any(|secret| secret.1 == name)
    }

    fn any(&self, is_it: impl Fn(&(usize, &'static str)) -> bool) -> bool {
        match self {
            Secrets::None => false,
            Secrets::Some(params) => params.iter().any(is_it),
            Secrets::All => true,
        }
    }
}

const HIDDEN: &str = "\"***\"";

/// A message, or each of a batch, without its secret params; `None` for what is no JSON.
pub(super) fn redacted(message: &str, secrets: impl Fn(&str) -> Secrets) -> Option<String> {
    let message: Json<'_> = serde_json::from_str(message).ok()?;
    let Some(batch) = array(message.get()) else {
        return Some(request(message.get(), &secrets).into_owned());
    };
    let entries = batch.iter().map(|entry| request(entry.get(), &secrets));
    Some(joined('[', entries, ']'))
}

fn request<'a>(message: &'a str, secrets: &impl Fn(&str) -> Secrets) -> Cow<'a, str> {
    let Some(members) = object(message) else {
        return message.into();
    };
    // A name may stand there twice. Whatever the server makes of that: what is secret of either is hidden.
    let methods = members.iter().filter(|(key, _)| key == "method");
    let methods = methods.filter_map(|(_, name)| serde_json::from_str::<String>(name.get()).ok());
    let secrets: Vec<Secrets> = methods.map(|method| secrets(&method)).collect();
    if secrets.iter().all(|secrets| *secrets == Secrets::None) {
        return message.into();
    }
    let shown = members.iter().map(|(key, value)| {
        let value = match &**key {
            "params" => params(value.get(), &secrets),
            _ => value.get().into(),
        };
        member(key, &value)
    });
    joined('{', shown, '}').into()
}

fn params<'a>(params: &'a str, secrets: &[Secrets]) -> Cow<'a, str> {
    if secrets.contains(&Secrets::All) {
        return HIDDEN.into();
    }
    if let Some(params) = array(params) {
        let shown = params.iter().enumerate().map(|(index, value)| {
            match secrets.iter().any(|secrets| secrets.has_index(index)) {
                true => HIDDEN,
                false => value.get(),
            }
        });
        return joined('[', shown, ']').into();
    }
    let Some(params) = object(params) else {
        return HIDDEN.into(); // no params, and nobody knows whose
    };
    let shown = params.iter().map(|(name, value)| {
        match secrets.iter().any(|secrets| secrets.has_name(name)) {
            true => member(name, HIDDEN),
            false => member(name, value.get()),
        }
    });
    joined('{', shown, '}').into()
}

fn member(name: &str, value: &str) -> String {
    format!("{}:{value}", serde_json::Value::from(name))
}

fn joined<T: AsRef<str>>(open: char, parts: impl Iterator<Item = T>, close: char) -> String {
    let mut text = String::from(open);
    for part in parts {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(part.as_ref());
    }
    text.push(close);
    text
}

fn array(json: &str) -> Option<Vec<Json<'_>>> {
    // serde takes other things for arrays, too.
    json.starts_with('[')
        .then(|| serde_json::from_str(json).ok())
        .flatten()
}

/// An object's members, in their order; `None` for anything else.
pub(super) fn object(json: &str) -> Option<Vec<(String, Json<'_>)>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(json);
    deserializer.deserialize_map(Members).ok()
}

/// How long a message is shown, in bytes.
const MAX_MESSAGE: usize = 10_000;

/// A message whose strings are no longer than so many characters. What is no JSON is cut as a whole.
pub(super) fn trimmed(message: &str, max_string: usize) -> String {
    let mut shown = String::with_capacity(message.len().min(MAX_MESSAGE));
    // `Some`: in a string, how many of its characters there have been.
    let mut string = None;
    let mut escaped = false;
    for c in message.chars() {
        match &mut string {
            None => {
                if c == '"' {
                    string = Some(0);
                }
                shown.push(c);
            }
            Some(_) if c == '"' && !escaped => {
                string = None;
                shown.push(c);
            }
            Some(length) => {
                // What follows a backslash belongs to it.
                *length += usize::from(!escaped);
                if *length <= max_string {
                    shown.push(c);
                } else if *length == max_string + 1 && !escaped {
                    shown.push('…');
                }
                escaped = c == '\\' && !escaped;
            }
        }
        if shown.len() >= MAX_MESSAGE {
            shown.push('…');
            break;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(method: &str) -> Secrets {
        match method {
            "login" => Secrets::Some(vec![(1, "password")]),
            "enter" => Secrets::All,
            _ => Secrets::None,
        }
    }

    #[test]
    fn secret_params_are_hidden_wherever_they_stand() {
        for (message, shown) in [
            (
                r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret",1.50],"id":1}"#,
                r#"{"jsonrpc":"2.0","method":"login","params":["ann","***",1.50],"id":1}"#,
            ),
            (
                r#"{"params":{"pass\u0077ord":{"a":"s3cret"},"user":"ann"},"method":"login"}"#,
                r#"{"params":{"password":"***","user":"ann"},"method":"login"}"#,
            ),
            (
                r#"[{"method":"enter","params":["s3cret"]}, {"method":"other","params":["s"]} ,7]"#,
                r#"[{"method":"enter","params":"***"},{"method":"other","params":["s"]},7]"#,
            ),
            (
                r#"{"method":"other","method":"login","params":["ann","s3cret"]}"#,
                r#"{"method":"other","method":"login","params":["ann","***"]}"#,
            ),
            (
                r#"{"method":"login","params":"s3cret"}"#,
                r#"{"method":"login","params":"***"}"#,
            ),
            (r#" {"method" : "other"} "#, r#"{"method" : "other"}"#),
        ] {
            assert_eq!(redacted(message, secrets).as_deref(), Some(shown));
        }
        assert_eq!(
            redacted(r#"{"method":"login","params":["ann","s3c"#, secrets),
            None
        );
    }

    #[test]
    fn long_strings_are_cut() {
        for (message, shown) in [
            (
                r#"{"a":"12345","b":"123456"}"#,
                r#"{"a":"12345","b":"12345…"}"#,
            ),
            (r#"["ääääää",1234567]"#, r#"["äääää…",1234567]"#),
            (r#"["\"\\\"12\"", "x"]"#, r#"["\"\\\"12…", "x"]"#),
            (r#"["1234567"#, r#"["12345…"#),
            ("", ""),
        ] {
            assert_eq!(trimmed(message, 5), shown);
        }
        let long = trimmed(&"1,".repeat(10_000), 5);
        assert!(
            long.len() < MAX_MESSAGE + 8 && long.ends_with('…'),
            "{}",
            long.len()
        );
    }
}
