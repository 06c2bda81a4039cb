//! A second implementation of the server's side of the wire, plain and slow. It reads a message into a tree, and then
//! looks at the tree.
//!
//! `serde_json::Value` can't be that tree: it keeps the last of two members of one name, refuses numbers beyond doubles and
//! strings with lone surrogates, forgets how an id was written, and nests 127 deep at most. So there is a [`Json`] of
//! its own, whose reader shares no line with what it is compared to.

/// A JSON value that remembers how it was written, where that matters.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool,
    Number(String),
    String(Text),
    Array(Vec<Json>),
    Object(Vec<(Text, Json)>),
}

/// A string: as it was written, and its value where it has one (a lone surrogate has none).
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub written: String,
    pub value: Option<String>,
}

/// The expected answer to a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Silence,
    Single(Response),
    Batch(Vec<Response>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub id: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Result,
    Error(i64),
    /// A method whose params the reference does not judge.
    Either,
}

/// The most entries of a batch.
const MAX_BATCH: usize = 100;

/// Answers a message as [`super::service::dispatcher`] would, without the methods that are unfit for fuzzing.
pub fn answer(message: &[u8]) -> Answer {
    let parse_error = || Answer::Single(error(-32700, "null"));
    let Ok(text) = std::str::from_utf8(message) else {
        return parse_error();
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(text);
    match reader.document() {
        // A batch is refused at the first entry over the limit, before the rest is read.
        _ if reader.entries > MAX_BATCH => Answer::Single(error(-32600, "null")),
        None => parse_error(),
        Some(Json::Array(entries)) if entries.is_empty() => Answer::Single(error(-32600, "null")),
        Some(Json::Array(entries)) => {
            let responses: Vec<Response> = entries.iter().filter_map(respond).collect();
            if responses.is_empty() {
                Answer::Silence
            } else {
                Answer::Batch(responses)
            }
        }
        Some(single) => respond(&single).map_or(Answer::Silence, Answer::Single),
    }
}

fn error(code: i64, id: &str) -> Response {
    Response {
        id: id.to_owned(),
        outcome: Outcome::Error(code),
    }
}

/// Answers one request. `None` means no answer.
fn respond(request: &Json) -> Option<Response> {
    let Json::Object(members) = request else {
        return Some(error(-32600, "null"));
    };
    let all = |name: &str| -> Vec<&Json> {
        let named = members
            .iter()
            .filter(|(key, _)| key.value.as_deref() == Some(name));
        named.map(|(_, value)| value).collect()
    };
    let (versions, methods, params, ids) =
        (all("jsonrpc"), all("method"), all("params"), all("id"));
    let id = match ids.as_slice() {
        [Json::Null] => Some("null".to_owned()),
        [Json::Number(written)] => Some(written.clone()),
        [Json::String(text)] => Some(text.written.clone()),
        _ => None,
    };
    let valid_id = ids.is_empty() || id.is_some();
    let valid_version =
        matches!(versions.as_slice(), [Json::String(text)] if text.value.as_deref() == Some("2.0"));
    let valid_params = matches!(
        params.as_slice(),
        [] | [Json::Null | Json::Array(_) | Json::Object(_)]
    );
    let method = match methods.as_slice() {
        [Json::String(text)] => text.value.as_deref(),
        _ => None,
    };
    let (Some(method), true, true, true) = (method, valid_id, valid_version, valid_params) else {
        return Some(error(-32600, id.as_deref().unwrap_or("null")));
    };
    let params = params.first().filter(|params| ***params != Json::Null);
    let outcome = call(method, params.copied());
    id.map(|id| Response { id, outcome })
}

/// A parameter: its name, the values that it accepts, and whether it may be missing.
struct Parameter {
    name: &'static str,
    takes: fn(&Json) -> bool,
    optional: bool,
}

fn needs(name: &'static str, takes: fn(&Json) -> bool) -> Parameter {
    Parameter {
        name,
        takes,
        optional: false,
    }
}

fn may_have(name: &'static str, takes: fn(&Json) -> bool) -> Parameter {
    Parameter {
        optional: true,
        ..needs(name, takes)
    }
}

fn call(method: &str, params: Option<&Json>) -> Outcome {
    let mut lenient = false;
    let parameters = match method {
        "none" | "get_data" => vec![],
        "pair" => vec![needs("a", is_i64), needs("b", is_i64)],
        "subtract" => vec![needs("minuend", is_i64), needs("subtrahend", is_i64)],
        "sum" | "notify_sum" => vec![
            needs("first", is_i64),
            needs("second", is_i64),
            needs("third", is_i64),
        ],
        "notify_hello" => vec![needs("number", is_i64)],
        "echo" | "echo.alias" => vec![needs("text", is_text)],
        "renamed" => vec![needs("type", is_text), needs("in \"ü", is_text)],
        "optional" => vec![
            needs("a", is_i64),
            may_have("b", |json| *json == Json::Null || is_i64(json)),
            may_have("c", is_i64),
        ],
        "texts" => vec![
            may_have("text", |json| *json == Json::Null || is_text(json)),
            may_have("side", is_text),
            may_have("rest", |json| is_list(json, is_text)),
        ],
        "raw" => vec![needs("value", |_| true)],
        "signed" => vec![needs("value", is_i64)],
        "unsigned" => vec![needs("value", is_u64)],
        "list" => vec![needs("values", |json| is_list(json, is_i64))],
        "lenient.add" => {
            lenient = true;
            vec![needs("a", is_i64), may_have("b", is_i64)]
        }
        _ if OTHERS.contains(&method) => return Outcome::Either,
        _ => return Outcome::Error(-32601),
    };
    let fit = match params {
        None => parameters.iter().all(|parameter| parameter.optional),
        Some(Json::Array(values)) => fit_in_order(&parameters, values, lenient),
        Some(Json::Object(members)) => fit_by_name(&parameters, members, lenient),
        Some(_) => false,
    };
    if fit {
        Outcome::Result
    } else {
        Outcome::Error(-32602)
    }
}

/// Methods whose params are too complex to check here.
const OTHERS: [&str; 10] = [
    "update",
    "json",
    "wide",
    "float",
    "structure",
    "search",
    "slow",
    "fail",
    "unserialisable",
    "lenient.none",
];

fn fit_in_order(parameters: &[Parameter], values: &[Json], lenient: bool) -> bool {
    let fit = parameters
        .iter()
        .enumerate()
        .all(|(index, parameter)| match values.get(index) {
            Some(value) => (parameter.takes)(value),
            None => parameter.optional,
        });
    let mut surplus = values.iter().skip(parameters.len());
    fit && (lenient || surplus.all(|value| *value == Json::Null))
}

fn fit_by_name(parameters: &[Parameter], members: &[(Text, Json)], lenient: bool) -> bool {
    let known = members.iter().all(|(key, value)| match &key.value {
        Some(name) => {
            let known = parameters.iter().any(|parameter| parameter.name == name);
            known || lenient || *value == Json::Null
        }
        // No Rust string can hold such a name, known or unknown.
        None => false,
    });
    known
        && parameters.iter().all(|parameter| {
            let named: Vec<&Json> = members
                .iter()
                .filter(|(key, _)| key.value.as_deref() == Some(parameter.name))
                .map(|(_, value)| value)
                .collect();
            match named.as_slice() {
                [] => parameter.optional,
                [value] => (parameter.takes)(value),
                _ => false,
            }
        })
}

/// serde_json reads minus zero as a double.
fn is_i64(json: &Json) -> bool {
    matches!(json, Json::Number(written) if written != "-0" && written.parse::<i64>().is_ok())
}

fn is_u64(json: &Json) -> bool {
    matches!(json, Json::Number(written) if written.parse::<u64>().is_ok())
}

fn is_text(json: &Json) -> bool {
    matches!(json, Json::String(text) if text.value.is_some())
}

fn is_list(json: &Json, of: fn(&Json) -> bool) -> bool {
    matches!(json, Json::Array(values) if values.iter().all(of))
}

/// Reads JSON strictly by RFC 8259, one character at a time.
pub struct Reader {
    characters: Vec<char>,
    position: usize,
    depth: usize,
    /// How many entries of a batch have started.
    entries: usize,
}

impl Reader {
    pub fn new(text: &str) -> Self {
        Reader {
            characters: text.chars().collect(),
            position: 0,
            depth: 0,
            entries: 0,
        }
    }

    /// The whole text, if it is JSON.
    pub fn document(&mut self) -> Option<Json> {
        self.white_space();
        let json = self.value()?;
        self.white_space();
        (self.position == self.characters.len()).then_some(json)
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.position).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += 1;
        Some(character)
    }

    fn eat(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        self.position += usize::from(found);
        found
    }

    fn white_space(&mut self) {
        while self.peek().is_some_and(|c| " \t\r\n".contains(c)) {
            self.position += 1;
        }
    }

    fn word(&mut self, word: &str, json: Json) -> Option<Json> {
        word.chars()
            .all(|character| self.eat(character))
            .then_some(json)
    }

    fn value(&mut self) -> Option<Json> {
        match self.peek()? {
            'n' => self.word("null", Json::Null),
            't' => self.word("true", Json::Bool),
            'f' => self.word("false", Json::Bool),
            '"' => self.string().map(Json::String),
            '[' => self.array(),
            '{' => self.object(),
            _ => self.number(),
        }
    }

    fn array(&mut self) -> Option<Json> {
        let mut elements = Vec::new();
        let mut first = true;
        self.depth += 1;
        self.eat('[');
        loop {
            self.white_space();
            if first && self.eat(']') {
                break;
            }
            if self.depth == 1 {
                self.entries += 1;
                if self.entries > MAX_BATCH {
                    return None;
                }
            }
            first = false;
            elements.push(self.value()?);
            self.white_space();
            if self.eat(']') {
                break;
            }
            if !self.eat(',') {
                return None;
            }
        }
        self.depth -= 1;
        Some(Json::Array(elements))
    }

    fn object(&mut self) -> Option<Json> {
        let mut members = Vec::new();
        self.depth += 1;
        self.eat('{');
        loop {
            self.white_space();
            if members.is_empty() && self.eat('}') {
                break;
            }
            let key = self.string()?;
            self.white_space();
            if !self.eat(':') {
                return None;
            }
            self.white_space();
            members.push((key, self.value()?));
            self.white_space();
            if self.eat('}') {
                break;
            }
            if !self.eat(',') {
                return None;
            }
        }
        self.depth -= 1;
        Some(Json::Object(members))
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.position;
        self.eat('-');
        if !self.eat('0') {
            self.digits()?;
        }
        if self.eat('.') {
            self.digits()?;
        }
        if self.eat('e') || self.eat('E') {
            let _ = self.eat('+') || self.eat('-');
            self.digits()?;
        }
        Some(Json::Number(self.written(start)))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.position;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.position += 1;
        }
        (self.position > start).then_some(())
    }

    fn string(&mut self) -> Option<Text> {
        let start = self.position;
        if !self.eat('"') {
            return None;
        }
        let mut units: Vec<u16> = Vec::new();
        loop {
            match self.next()? {
                '"' => break,
                '\\' => units.push(self.escape()?),
                '\0'..='\u{1f}' => return None,
                character => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            }
        }
        Some(Text {
            written: self.written(start),
            value: String::from_utf16(&units).ok(),
        })
    }

    fn escape(&mut self) -> Option<u16> {
        Some(match self.next()? {
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            character @ ('"' | '\\' | '/') => character as u16,
            'u' => {
                let mut unit = 0;
                for _ in 0..4 {
                    unit = unit * 16 + self.next()?.to_digit(16)? as u16;
                }
                unit
            }
            _ => return None,
        })
    }

    fn written(&self, start: usize) -> String {
        self.characters[start..self.position].iter().collect()
    }
}
