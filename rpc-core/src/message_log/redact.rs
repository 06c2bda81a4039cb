//! What a message looks like in the log.

use std::borrow::Cow;
use std::fmt::Write;

use crate::contract::{Method, ParamsStyle};
use crate::wire::shape::{Member, array, object};

/// A parameter that does not appear in logs: one that a contract marks `#[rpc(secret)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secret {
    /// The method's name on the wire.
    pub method: Cow<'static, str>,
    /// The parameter's place and its name on the wire; `None`: all of the params.
    pub param: Option<(usize, Cow<'static, str>)>,
}

impl Secret {
    /// A method's parameter, by its place and its name on the wire.
    pub fn param(
        method: impl Into<Cow<'static, str>>,
        index: usize,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        Secret {
            method: method.into(),
            param: Some((index, name.into())),
        }
    }

    /// All of a method's params.
    pub fn params(method: impl Into<Cow<'static, str>>) -> Self {
        Secret {
            method: method.into(),
            param: None,
        }
    }
}

/// Adds those that are not there yet.
pub(crate) fn join<'a>(secrets: &mut Vec<Secret>, others: impl IntoIterator<Item = &'a Secret>) {
    for other in others {
        if !secrets.contains(other) {
            secrets.push(other.clone());
        }
    }
}

/// Which params of a request are secret.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Secrets {
    None,
    Some(Vec<(usize, Cow<'static, str>)>),
    All,
}

impl Secrets {
    pub(super) fn of_client(secrets: &[Secret], method: &str) -> Self {
        let own = secrets.iter().filter(|secret| secret.method == method);
        Secrets::from(own.map(|secret| secret.param.clone()))
    }

    pub(super) fn of_method(method: &Method) -> Self {
        let secret = method.params.iter().enumerate().filter(|(_, it)| it.secret);
        Secrets::from(secret.map(|(index, param)| match method.style {
            ParamsStyle::Whole => None,
            _ => Some((index, param.name.into())),
        }))
    }

    fn from(params: impl Iterator<Item = Option<(usize, Cow<'static, str>)>>) -> Self {
        match params.collect::<Option<Vec<_>>>() {
            None => Secrets::All,
            Some(params) if params.is_empty() => Secrets::None,
            Some(params) => Secrets::Some(params),
        }
    }

    fn any(&self, is_it: impl Fn(&(usize, Cow<'static, str>)) -> bool) -> bool {
        match self {
            Secrets::None => false,
            Secrets::Some(params) => params.iter().any(is_it),
            Secrets::All => true,
        }
    }
}

const HIDDEN: &str = "\"***\"";

/// A message, or each of a batch, without its secret params and without all that nobody knows the meaning of.
pub(super) fn request(message: &str, secrets: impl Fn(&str) -> Secrets) -> String {
    match array(message) {
        Some(batch) => {
            let entries = batch.into_iter().map(|entry| one_request(entry, &secrets));
            joined('[', entries, ']')
        }
        None => one_request(message, &secrets),
    }
}

fn one_request(message: &str, secrets: &impl Fn(&str) -> Secrets) -> String {
    let Some(members) = object(message) else {
        return HIDDEN.to_owned();
    };
    let secrets = secrets_of(&members, secrets);
    let shown = members.iter().map(|member| {
        let value = match member.name.as_deref() {
            Some("jsonrpc" | "method" | "id") => member.value.into(),
            Some("params") => params(member.value, &secrets),
            _ => HIDDEN.into(),
        };
        format!("{}:{value}", member.quoted)
    });
    joined('{', shown, '}')
}

/// Of the one method that a request names. Where it is not clear which that is, everything may be a secret.
fn secrets_of(members: &[Member<'_>], secrets: &impl Fn(&str) -> Secrets) -> Secrets {
    let mut methods = members.iter().filter(|member| member.is("method"));
    match (methods.next(), methods.next()) {
        (Some(method), None) => serde_json::from_str::<String>(method.value)
            .map_or(Secrets::All, |method| secrets(&method)),
        _ => Secrets::All,
    }
}

fn params<'a>(params: &'a str, secrets: &Secrets) -> Cow<'a, str> {
    if *secrets == Secrets::None {
        return params.into();
    }
    if let (Some(params), Secrets::Some(_)) = (array(params), secrets) {
        let shown = params.into_iter().enumerate().map(|(index, value)| {
            match secrets.any(|(secret, _)| *secret == index) {
                true => HIDDEN,
                false => value,
            }
        });
        return joined('[', shown, ']').into();
    }
    if let (Some(params), Secrets::Some(_)) = (object(params), secrets) {
        let shown = params.iter().map(|member| {
            let is_secret =
                secrets.any(|(_, name)| member.name.as_deref().is_none_or(|it| it == name));
            let value = if is_secret { HIDDEN } else { member.value };
            format!("{}:{value}", member.quoted)
        });
        return joined('{', shown, '}').into();
    }
    HIDDEN.into()
}

/// A response, or each of a batch, without what its errors say of the params: a server may quote them.
pub(super) fn response(message: &str) -> String {
    match array(message) {
        Some(batch) => joined('[', batch.into_iter().map(one_response), ']'),
        None => one_response(message),
    }
}

fn one_response(message: &str) -> String {
    let Some(members) = object(message) else {
        return HIDDEN.to_owned();
    };
    let shown = members.iter().map(|member| {
        let value = match member.is("error") {
            true => error(member.value),
            false => member.value.into(),
        };
        format!("{}:{value}", member.quoted)
    });
    joined('{', shown, '}')
}

fn error(error: &str) -> Cow<'_, str> {
    let Some(members) = object(error) else {
        return HIDDEN.into();
    };
    let shown = members.iter().map(|member| {
        let value = if member.is("code") {
            member.value
        } else {
            HIDDEN
        };
        format!("{}:{value}", member.quoted)
    });
    joined('{', shown, '}').into()
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

/// How long a message is shown, in bytes.
const MAX_MESSAGE: usize = 10_000;

/// A message in one line, whose strings are no longer than so many characters. What is no JSON is cut as a whole.
pub(super) fn line(message: &str, max_string: usize) -> String {
    let mut shown = String::with_capacity(message.len().min(MAX_MESSAGE));
    // `Some`: in a string, how many of its characters there have been.
    let mut string = None;
    let mut escaped = false;
    for c in message.chars() {
        if shown.len() >= MAX_MESSAGE {
            shown.push('…');
            break;
        }
        match &mut string {
            None => {
                if c == '"' {
                    string = Some(0);
                }
                push(&mut shown, c, c.is_ascii_whitespace());
            }
            Some(_) if c == '"' && !escaped => {
                string = None;
                shown.push(c);
            }
            Some(length) => {
                // What follows a backslash belongs to it.
                *length += usize::from(!escaped);
                if *length <= max_string {
                    push(&mut shown, c, false);
                } else if *length == max_string + 1 && !escaped {
                    shown.push('…');
                }
                escaped = c == '\\' && !escaped;
            }
        }
    }
    shown
}

/// Control characters would end the line, or do worse to a terminal.
fn push(shown: &mut String, c: char, is_space: bool) {
    if is_space {
        shown.push(' ');
    } else if c.is_control() {
        let _a_string_takes_it = write!(shown, "\\u{:04x}", u32::from(c));
    } else {
        shown.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(method: &str) -> Secrets {
        match method {
            "login" => Secrets::Some(vec![(1, "password".into())]),
            "enter" => Secrets::All,
            "open" => Secrets::None,
            _ => Secrets::All,
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
                r#"{"params":{"pass\u0077ord":{"a":"s3cret"},"user":"ann","\ud800":"s3cret"},"m\u0065thod":"login"}"#,
                r#"{"params":{"pass\u0077ord":"***","user":"ann","\ud800":"***"},"m\u0065thod":"login"}"#,
            ),
            (
                r#"[{"method":"enter","params":["s3cret"]}, {"method":"open" , "params":[ "s" ]} ,7]"#,
                r#"[{"method":"enter","params":"***"},{"method":"open","params":[ "s" ]},"***"]"#,
            ),
            (
                r#"{"method":"open","method":"login","params":["s3cret"]}"#,
                r#"{"method":"open","method":"login","params":"***"}"#,
            ),
            (
                r#"{"\ud800":0,"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"param":"s3cret"}"#,
                r#"{"\ud800":"***","jsonrpc":"2.0","method":"login","params":["ann","***"],"param":"***"}"#,
            ),
            (
                r#"{"method":"login","params":"s3cret"}"#,
                r#"{"method":"login","params":"***"}"#,
            ),
            (
                r#"{"method":["login"],"params":["s3cret"]}"#,
                r#"{"method":["login"],"params":"***"}"#,
            ),
            (
                r#"{"method":"Login","params":["s3cret"]}"#,
                r#"{"method":"Login","params":"***"}"#,
            ),
            (r#"{"params":["s3cret"]}"#, r#"{"params":"***"}"#),
            (
                r#"[[{"method":"login","params":["ann","s3cret"]}]]"#,
                r#"["***"]"#,
            ),
            (
                r#""{\"method\":\"login\",\"params\":[\"s3cret\"]}""#,
                r#""***""#,
            ),
        ] {
            assert_eq!(request(message, secrets), shown);
        }
    }

    #[test]
    fn errors_are_known_by_their_code() {
        for (message, shown) in [
            (
                r#"{"error":{"code":-32602,"message":"Invalid s3cret","data":["s3cret"]},"id":1}"#,
                r#"{"error":{"code":-32602,"message":"***","data":"***"},"id":1}"#,
            ),
            (
                r#"[{"result":1,"id":1},{"error":"s3cret"},"s3cret"]"#,
                r#"[{"result":1,"id":1},{"error":"***"},"***"]"#,
            ),
        ] {
            assert_eq!(response(message), shown);
        }
    }

    #[test]
    fn a_hostile_message_costs_no_more_than_its_length() {
        let methods = r#""method":"login","#.repeat(20_000);
        let message = format!(r#"{{{methods}"params":[{}0]}}"#, "0,".repeat(200_000));
        assert!(request(&message, secrets).ends_with(r#""params":"***"}"#));
    }

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
            ("", ""),
        ] {
            assert_eq!(line(message, 5), shown);
        }
        let whole = "1,".repeat(MAX_MESSAGE / 2);
        assert_eq!(line(&whole, 5), whole);
        assert_eq!(line(&format!("{whole}1"), 5), format!("{whole}…"));
    }
}
