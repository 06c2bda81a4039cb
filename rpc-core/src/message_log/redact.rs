//! What a message looks like in the log.

use std::borrow::Cow;
use std::fmt::Write;

use crate::contract::{Method, ParamsStyle};
use crate::json::cursor::{Cursor, NotJson, StringToken};
use crate::json::shape;

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
    These(Vec<Param>),
    /// All but these: what a method does not declare may be a secret that was misspelt, or stands one place too far.
    AllBut(Vec<Param>),
    All,
}

/// A parameter's place and its name on the wire.
type Param = (usize, Cow<'static, str>);

impl Secrets {
    pub(super) fn of_client(secrets: &[Secret], method: &str) -> Self {
        let own = secrets.iter().filter(|secret| secret.method == method);
        let params = own.map(|secret| secret.param.clone());
        match params.collect::<Option<Vec<_>>>() {
            None => Secrets::All,
            Some(params) if params.is_empty() => Secrets::None,
            Some(params) => Secrets::These(params),
        }
    }

    /// Of what anybody sends to a method.
    pub(super) fn of_method(method: &Method) -> Self {
        match method.params.iter().any(|param| param.secret) {
            true => Secrets::all_but_declared(method),
            false => Secrets::None,
        }
    }

    pub(super) fn all_but_declared(method: &Method) -> Self {
        if method.style == ParamsStyle::Whole {
            return Secrets::All;
        }
        let params = method.params.iter().enumerate();
        let shown = params.filter(|(_, param)| !param.secret);
        Secrets::AllBut(
            shown
                .map(|(index, param)| (index, param.name.into()))
                .collect(),
        )
    }

    fn has(&self, is_it: impl Fn(&Param) -> bool) -> bool {
        match self {
            Secrets::None => false,
            Secrets::These(params) => params.iter().any(is_it),
            Secrets::AllBut(params) => !params.iter().any(is_it),
            Secrets::All => true,
        }
    }
}

const HIDDEN: &str = "\"***\"";

/// How long a message is shown, in bytes.
const MAX_MESSAGE: usize = 10_000;

/// A message in one line, in the making.
#[derive(Debug)]
pub(super) struct Line {
    text: String,
    max_string: usize,
    /// There was more than is shown, and no more is written.
    cut: bool,
    /// Something in it is hidden, or may be in what was cut.
    hides: bool,
}

/// What a request is about, as JSON.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Head<'a> {
    pub(super) method: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    several_methods: bool,
}

impl Line {
    pub(super) fn new(max_string: usize) -> Self {
        Line {
            text: String::new(),
            max_string,
            cut: false,
            hides: false,
        }
    }

    /// A message in which nothing is a secret.
    pub(super) fn of(message: &str, max_string: usize) -> Self {
        let mut line = Line::new(max_string);
        line.push(message);
        line
    }

    /// A message, or each of a batch, without its secret params and without all that nobody knows the meaning of.
    pub(super) fn request(
        message: &[u8],
        max_string: usize,
        secrets: impl Fn(&str) -> Secrets,
    ) -> Self {
        Line::message(message, max_string, |line, entry| {
            line.one_request(entry, &secrets)
        })
    }

    /// A response, or each of a batch, without what its errors say of the params: a server may quote them.
    pub(super) fn response(message: &[u8], max_string: usize) -> Self {
        Line::message(message, max_string, Line::one_response)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn hides(&self) -> bool {
        self.hides
    }

    /// A message whose entries are written by `one`, if they are objects. Of what is no JSON, nobody knows where there is a
    /// secret.
    fn message(
        message: &[u8],
        max_string: usize,
        one: impl Fn(&mut Line, &str) -> Result<(), NotJson>,
    ) -> Self {
        let mut line = Line::new(max_string);
        let written = match crate::json::text::read(message) {
            Ok("") => Ok(()),
            Ok(text) if begins_with(text, b'[') => line.list(text, ['[', ']'], |line, cursor| {
                let entry = cursor.skip()?;
                match begins_with(entry, b'{') {
                    true => one(line, entry)?,
                    false => line.hide(),
                }
                Ok(())
            }),
            Ok(text) if begins_with(text, b'{') => one(&mut line, text),
            Ok(text) => shape::value(text).map(|_| line.hide()).ok_or(NotJson),
            Err(_) => Err(NotJson),
        };
        if written.is_err() {
            line = Line::new(max_string);
            line.hides = true;
            line.push("*** (no JSON)");
        }
        line
    }

    fn one_request(
        &mut self,
        request: &str,
        secrets: &impl Fn(&str) -> Secrets,
    ) -> Result<(), NotJson> {
        let secrets = Head::read(request)?.secrets(secrets);
        self.members(request, |line, name, value| match name {
            Some("jsonrpc" | "method" | "id") if !is_compound(value) => line.push(value),
            Some("params") => line.params(value, &secrets),
            _ => line.hide(),
        })
    }

    fn params(&mut self, params: &str, secrets: &Secrets) {
        if *secrets == Secrets::None || is_empty(params) {
            return self.push(params);
        }
        let mut index = 0;
        match params.as_bytes().first() {
            _ if *secrets == Secrets::All => self.hide(),
            Some(b'[') => self.array(params, |line, value| {
                line.push_unless(secrets.has(|(place, _)| *place == index), value);
                index += 1;
            }),
            Some(b'{') => self.object(params, |line, name, value| {
                let is_secret = name.is_none_or(|name| secrets.has(|(_, secret)| *secret == name));
                line.push_unless(is_secret, value);
            }),
            _ => self.hide(),
        }
    }

    fn one_response(&mut self, response: &str) -> Result<(), NotJson> {
        self.members(response, |line, name, value| match name {
            Some("result") => line.push(value),
            Some("jsonrpc" | "id") if !is_compound(value) => line.push(value),
            Some("error") => line.error(value),
            _ => line.hide(),
        })
    }

    fn error(&mut self, error: &str) {
        match error.as_bytes().first() {
            Some(b'{') => self.object(error, |line, name, value| {
                let is_code = name == Some("code") && is_number(value);
                line.push_unless(!is_code, value);
            }),
            // As version 1 has it.
            Some(b'n') => self.push(error),
            _ => self.hide(),
        }
    }

    /// An array of a message that was read before.
    fn array(&mut self, array: &str, mut write: impl FnMut(&mut Line, &str)) {
        let written = self.list(array, ['[', ']'], |line, cursor| {
            write(line, cursor.skip()?);
            Ok(())
        });
        if written.is_err() {
            self.hide();
        }
    }

    /// An object of a message that was read before.
    fn object(&mut self, object: &str, write: impl FnMut(&mut Line, Option<&str>, &str)) {
        if self.members(object, write).is_err() {
            self.hide();
        }
    }

    /// An object. A name whose escapes make no Unicode text is `None`.
    fn members(
        &mut self,
        object: &str,
        mut write: impl FnMut(&mut Line, Option<&str>, &str),
    ) -> Result<(), NotJson> {
        self.list(object, ['{', '}'], |line, cursor| {
            let (name, value) = member(cursor)?;
            line.push(name.quoted());
            line.push(":");
            write(line, name.value().as_deref(), value);
            Ok(())
        })
    }

    /// An array or an object. What would not be written is read only where it tells whether something is hidden.
    fn list<'a>(
        &mut self,
        json: &'a str,
        [open, close]: [char; 2],
        mut part: impl FnMut(&mut Line, &mut Cursor<'a>) -> Result<(), NotJson>,
    ) -> Result<(), NotJson> {
        let mut is_first = true;
        self.push(open.encode_utf8(&mut [0; 4]));
        each(json, [open, close].map(|bracket| bracket as u8), |cursor| {
            if !std::mem::take(&mut is_first) {
                self.push(",");
            }
            part(self, cursor)?;
            self.hides |= self.cut && open == '[';
            Ok(!(self.cut && self.hides))
        })?;
        self.push(close.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn push_unless(&mut self, is_secret: bool, value: &str) {
        match is_secret {
            true => self.hide(),
            false => self.push(value),
        }
    }

    fn hide(&mut self) {
        self.hides = true;
        self.push(HIDDEN);
    }

    /// A part of a message, whose strings become no longer than so many characters.
    fn push(&mut self, part: &str) {
        // `Some`: in a string, how many of its characters there have been.
        let mut string = None;
        let mut escaped = false;
        let mut chars = part.chars();
        while !self.cut
            && let Some(c) = chars.next()
        {
            if self.text.len() >= MAX_MESSAGE {
                self.text.push('…');
                self.cut = true;
                return;
            }
            match &mut string {
                None => {
                    if c == '"' {
                        string = Some(0);
                    }
                    push(&mut self.text, c, c.is_ascii_whitespace());
                }
                Some(_) if c == '"' && !escaped => {
                    string = None;
                    self.text.push(c);
                }
                Some(length) => {
                    // What follows a backslash belongs to it.
                    *length += usize::from(!escaped);
                    if *length <= self.max_string {
                        push(&mut self.text, c, false);
                    } else if *length == self.max_string + 1 && !escaped {
                        self.text.push('…');
                    }
                    escaped = c == '\\' && !escaped;
                    if *length > self.max_string && !escaped {
                        chars = from_special(chars.as_str()).chars();
                    }
                }
            }
        }
    }
}

impl<'a> Head<'a> {
    /// Of an object: anything else is no request.
    pub(super) fn read(request: &'a str) -> Result<Self, NotJson> {
        let mut head = Head::default();
        each(request, *b"{}", |cursor| {
            let (name, value) = member(cursor)?;
            match name.value().as_deref() {
                Some("method") if head.method.is_some() => head.several_methods = true,
                Some("method") => head.method = Some(value),
                Some("id") if !is_compound(value) => head.id = head.id.or(Some(value)),
                _ => {}
            }
            Ok(true)
        })?;
        Ok(head)
    }

    /// The method's name, where it is one.
    pub(super) fn method_name(&self) -> Option<String> {
        serde_json::from_str(self.method?).ok()
    }

    /// Of the one method that a request names. Where it is not clear which that is, everything may be a secret.
    fn secrets(&self, secrets: &impl Fn(&str) -> Secrets) -> Secrets {
        match self.method_name() {
            Some(method) if !self.several_methods => secrets(&method),
            _ => Secrets::All,
        }
    }
}

/// Reads an array or an object; `part` reads one of its parts, and says whether to go on.
fn each<'a>(
    json: &'a str,
    [open, close]: [u8; 2],
    mut part: impl FnMut(&mut Cursor<'a>) -> Result<bool, NotJson>,
) -> Result<(), NotJson> {
    let mut cursor = Cursor::new(json);
    cursor.expect(open)?;
    let mut more = !cursor.eat(close);
    while more {
        if !part(&mut cursor)? {
            return Ok(());
        }
        more = cursor.another(close)?;
    }
    cursor.end()
}

fn member<'a>(cursor: &mut Cursor<'a>) -> Result<(StringToken<'a>, &'a str), NotJson> {
    let name = cursor.string()?;
    cursor.expect(b':')?;
    Ok((name, cursor.skip()?))
}

fn begins_with(json: &str, first: u8) -> bool {
    Cursor::new(json).peek() == Some(first)
}

fn is_compound(json: &str) -> bool {
    json.starts_with(['[', '{'])
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// Are there no params?
fn is_empty(params: &str) -> bool {
    let is_empty = |brackets: &[u8; 2]| {
        let mut is_empty = true;
        let read = each(params, *brackets, |_| {
            is_empty = false;
            Ok(false)
        });
        read.is_ok() && is_empty
    };
    params == "null" || is_empty(b"[]") || is_empty(b"{}")
}

/// The rest of a string, from the first character on that may end it.
fn from_special(string: &str) -> &str {
    let is_special = |byte| matches!(byte, b'"' | b'\\');
    let length = string.bytes().position(is_special);
    &string[length.unwrap_or(string.len())..]
}

/// A name, no longer than so many characters.
pub(super) fn name(name: &str, max_string: usize) -> String {
    let mut shown = String::new();
    for c in name.chars().take(max_string) {
        push(&mut shown, c, false);
    }
    if name.chars().nth(max_string).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters would end the line, or do worse to a terminal; so would those that turn the direction of writing.
fn push(shown: &mut String, c: char, is_space: bool) {
    let is_format =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if is_space {
        shown.push(' ');
    } else if c.is_control() || is_format {
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
            "login" => Secrets::These(vec![(1, "password".into())]),
            "signin" => Secrets::AllBut(vec![(0, "user".into())]),
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
                r#"{"method":"***","params":"***"}"#,
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
                r#"{"method":"signin","params":{"user":"ann","pasword":"s3cret"}}"#,
                r#"{"method":"signin","params":{"user":"ann","pasword":"***"}}"#,
            ),
            (
                r#"{"method":"signin","params":["ann","s3cret","s3cret"]}"#,
                r#"{"method":"signin","params":["ann","***","***"]}"#,
            ),
            (
                r#"{"method":"enter","id":{"password":"s3cret"},"jsonrpc":["s3cret"]}"#,
                r#"{"method":"enter","id":"***","jsonrpc":"***"}"#,
            ),
            (
                r#""{\"method\":\"login\",\"params\":[\"s3cret\"]}""#,
                r#""***""#,
            ),
        ] {
            let line = Line::request(message.as_bytes(), 200, secrets);
            assert_eq!(line.as_str(), shown);
            assert!(line.hides() || !shown.contains("***"));
        }
    }

    #[test]
    fn nothing_is_hidden_where_there_is_nothing() {
        for message in [
            r#"{"jsonrpc":"2.0","method":"enter","id":1}"#,
            r#"{"method":"none","params":[ ],"id":"a"}"#,
            r#"{"method":"none","params":{ }}"#,
            r#"{"method":"login","params":null}"#,
            r#"[{"method":"open","params":["s3cret"]},{"method":"login","params":["ann"]}]"#,
            "",
        ] {
            let line = Line::request(message.as_bytes(), 200, secrets);
            assert_eq!((line.as_str(), line.hides()), (message, false));
        }
        for message in ["s3cret", "[1", "{", r#"["s3cret" 1]"#] {
            let line = Line::request(message.as_bytes(), 200, secrets);
            assert_eq!((line.as_str(), line.hides()), ("*** (no JSON)", true));
        }
    }

    /// What is cut is not looked at, so that a secret may be in it.
    #[test]
    fn what_is_cut_may_hide_something() {
        let open = format!(r#"{{"method":"open","params":[{}1]}}"#, "1,".repeat(6_000));
        for (message, hides) in [
            (open.clone(), false),
            (open.replace("open", "login"), true),
            (format!("{},\"param\":1}}", &open[..open.len() - 1]), true),
            (format!("[{open},{open}]"), true),
        ] {
            let line = Line::request(message.as_bytes(), 200, secrets);
            assert_eq!(line.hides(), hides);
            assert!(line.as_str().len() < MAX_MESSAGE + 10);
            assert!(line.as_str().ends_with('…'));
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
            (
                r#"{"result":{"error":1},"error":null,"id":1,"reason":"s3cret"}"#,
                r#"{"result":{"error":1},"error":null,"id":1,"reason":"***"}"#,
            ),
            (
                r#"{"error":{"code":{"s3cret":1}},"id":["s3cret"]}"#,
                r#"{"error":{"code":"***"},"id":"***"}"#,
            ),
            (
                r#"{"error":{"code":"s3cret"},"id":1}"#,
                r#"{"error":{"code":"***"},"id":1}"#,
            ),
        ] {
            assert_eq!(Line::response(message.as_bytes(), 200).as_str(), shown);
        }
    }

    #[test]
    fn what_is_cut_is_not_looked_at() {
        let looked_up = std::cell::Cell::new(0);
        let batch = format!(r#"[{}7]"#, r#"{"method":"open"},"#.repeat(100_000));
        let line = Line::request(batch.as_bytes(), 200, |_| {
            looked_up.set(looked_up.get() + 1);
            Secrets::None
        });
        assert!(line.hides() && line.as_str().ends_with('…'));
        assert!(looked_up.get() < MAX_MESSAGE / 10, "{looked_up:?}");
    }

    #[test]
    fn a_hostile_message_costs_no_more_than_its_length() {
        let methods = r#""method":"login","#.repeat(20_000);
        let zeros = "0,".repeat(200_000);
        for message in [
            format!(r#"{{{methods}"params":[{zeros}0]}}"#),
            format!(r#"{{"method":"login","params":[{zeros}0]}}"#),
            format!("[{zeros}0]"),
            format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)),
            format!("\"{}\"", "\\n".repeat(200_000)),
        ] {
            let line = Line::request(message.as_bytes(), 200, secrets);
            assert!(line.hides() && line.as_str().len() < MAX_MESSAGE + 10);
        }
    }

    #[test]
    fn names_are_cut_and_stay_in_their_line() {
        assert_eq!(name("login", 5), "login");
        assert_eq!(name("login2", 5), "login…");
        assert_eq!(name("\"\n\u{202e}", 5), "\"\\u000a\\u202e");
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
            ("\"\u{202e}\u{2028}\"", "\"\\u202e\\u2028\""),
            ("", ""),
        ] {
            assert_eq!(Line::of(message, 5).as_str(), shown);
        }
        let whole = "1,".repeat(MAX_MESSAGE / 2);
        assert_eq!(Line::of(&whole, 5).as_str(), whole);
        let longer = format!("{whole}1");
        assert_eq!(Line::of(&longer, 5).as_str(), format!("{whole}…"));
    }
}
