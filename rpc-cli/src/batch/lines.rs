//! [`Lines`]: the input, a call a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use rpc_core::Id;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use crate::failure::{Failure, Result};
use crate::params::Arguments;

/// How many lines are read ahead of what is sent.
const AHEAD: usize = 1024;

/// Some editors put it before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A line of the input that is neither blank nor a comment.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// From 1, with the lines that are left out.
    pub(super) number: u64,
    /// Without the white space around it; what is no UTF-8 is replaced.
    pub(super) text: String,
    is_utf8: bool,
}

/// The lines, read by a thread of their own, so that a slow writer holds nothing else up.
pub(super) struct Lines {
    lines: mpsc::Receiver<io::Result<Line>>,
    path: PathBuf,
}

impl Lines {
    /// Begins to read a file; `-` is stdin.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let input = open(path)?;
        let (sender, lines) = mpsc::channel(AHEAD);
        std::thread::spawn(move || {
            for line in split(input) {
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        let path = path.to_owned();
        Ok(Lines { lines, path })
    }

    pub(super) async fn next(&mut self) -> Result<Option<Line>> {
        match self.lines.recv().await.transpose() {
            Ok(line) => Ok(line),
            Err(error) => Err(Failure::file(&self.path, &error)),
        }
    }
}

/// The lines of a file, once more than [`Lines`] reads them; `None` for what can be read only once.
pub(super) fn again(path: &Path) -> Option<impl Iterator<Item = io::Result<Line>>> {
    if path == Path::new("-") || !path.is_file() {
        return None;
    }
    open(path).ok().map(split)
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Failure::file(path, &error)),
    }
}

fn split(input: Box<dyn Read + Send>) -> impl Iterator<Item = io::Result<Line>> {
    let mut input = BufReader::new(input);
    let mut number = 0;
    let mut is_over = false;
    let all = std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let mut bytes = Vec::new();
        number += 1;
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) => Some(Ok(Line::new(number, &bytes))),
            Err(error) => {
                is_over = true;
                Some(Err(error))
            }
        }
    });
    all.filter(|line| !line.as_ref().is_ok_and(Line::is_left_out))
}

impl Line {
    fn new(number: u64, bytes: &[u8]) -> Self {
        let bytes = match number {
            1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
            _ => bytes,
        };
        Line {
            number,
            text: String::from_utf8_lossy(bytes).trim().to_owned(),
            is_utf8: std::str::from_utf8(bytes).is_ok(),
        }
    }

    fn is_left_out(&self) -> bool {
        self.text.is_empty() || self.text.starts_with('#')
    }

    /// The call that the line is, or what is wrong with it.
    pub(super) fn call(&self, notify: bool) -> std::result::Result<LineCall, String> {
        if !self.is_utf8 {
            return Err("the line is no UTF-8".into());
        }
        let mut call = match self.text.as_bytes() {
            [b'{', ..] => LineCall::from_json(&self.text)?,
            [b'[', ..] => return Err("a line is one call, and --size makes batches of them".into()),
            _ => LineCall::from_words(&self.text)?,
        };
        call.is_notification |= notify;
        Ok(call)
    }
}

/// A call, as a line says it.
#[derive(Debug)]
pub(super) struct LineCall {
    pub(super) method: String,
    pub(super) params: Arguments,
    pub(super) id: Option<Id>,
    pub(super) is_notification: bool,
}

/// A request of JSON-RPC 2.0, or what `rpc` makes one of. Another member would not be sent, and may be a misspelt one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    jsonrpc: Option<String>,
    method: String,
    params: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Box<RawValue>>,
}

/// A member that is there, also where it is null.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl LineCall {
    fn from_json(text: &str) -> std::result::Result<Self, String> {
        let request: Request = serde_json::from_str(text)
            .map_err(|error| format!("the line is no request: {error}"))?;
        if request.jsonrpc.as_ref().is_some_and(|it| it != "2.0") {
            return Err("the line is no request of JSON-RPC 2.0".into());
        }
        let id = request.id.map(|id| id.get().parse::<Id>());
        let params = request.params.filter(|params| params.get() != "null");
        let params = params.map(|params| Arguments::from_json(params.get()));
        Ok(LineCall {
            method: request.method,
            params: params
                .transpose()
                .map_err(|failure| failure.text().to_owned())?
                .unwrap_or(Arguments::None),
            // A request without an id is a notification (section 4.1). What only has a method and params is a call of ours.
            is_notification: request.jsonrpc.is_some() && id.is_none(),
            id: id.transpose().map_err(|error| error.to_string())?,
        })
    }

    fn from_words(text: &str) -> std::result::Result<Self, String> {
        let mut words = shlex::split(text)
            .ok_or("a quote is not closed")?
            .into_iter();
        let method = words.next().ok_or("there is no method")?;
        let words: Vec<String> = words.collect();
        let params = Arguments::from_words(&words).map_err(|failure| failure.text().to_owned())?;
        Ok(LineCall {
            method,
            params,
            id: None,
            is_notification: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &'static [u8]) -> Vec<Line> {
        let lines = split(Box::new(input));
        lines.map(|line| line.expect("it is in memory")).collect()
    }

    fn call(text: &'static str) -> String {
        match lines(text.as_bytes())[0].call(false) {
            Ok(call) => {
                let params = serde_json::to_string(&call.params).expect("it is JSON already");
                let id = call.id.map_or("none".to_owned(), |id| id.to_string());
                format!("{} {params} {id} {}", call.method, call.is_notification)
            }
            Err(error) => error,
        }
    }

    #[test]
    fn blank_lines_and_comments_are_left_out_and_counted() {
        let lines = lines(b"\nadd 1 2\r\n  # no\n\n add 3 4");
        let found: Vec<(u64, &str)> = lines.iter().map(|it| (it.number, &*it.text)).collect();
        assert_eq!(found, [(2, "add 1 2"), (5, "add 3 4")]);
    }

    #[test]
    fn a_line_is_words_as_a_shell_reads_them_or_a_request() {
        for (line, expected) in [
            ("add 1 -2", "add [1,-2] none false"),
            ("say 'a b' \"c d\"", r#"say ["a b","c d"] none false"#),
            (
                r#"say '"5"' x=1"#,
                "the parameters go either by position or by name, and these are mixed",
            ),
            ("say 'a", "a quote is not closed"),
            (r#"{"method":"a","params":[1.0]}"#, "a [1.0] none false"),
            (r#"{"method":"a","id":"x"}"#, "a null \"x\" false"),
            (
                r#"{"jsonrpc":"2.0","method":"a","params":null}"#,
                "a null none true",
            ),
            (
                r#"{"jsonrpc":"2.0","method":"a","id":null}"#,
                "a null null false",
            ),
            (
                r#"{"method":"a","params":1}"#,
                "the params are neither an array nor an object",
            ),
            (
                r#"{"jsonrpc":"1.0","method":"a","id":1}"#,
                "the line is no request of JSON-RPC 2.0",
            ),
            (
                r#"[{"method":"a"}]"#,
                "a line is one call, and --size makes batches of them",
            ),
            ("\u{feff}add 1", "add [1] none false"),
            ("add 1 #2 # 3", "add [1] none false"),
            ("say -- --id '#'", r##"say ["--","--id","#"] none false"##),
            (
                r#"{"method":"a","id":[]}"#,
                "an id must be a JSON string, a JSON number or null",
            ),
        ] {
            assert_eq!(call(line), expected, "{line}");
        }
        assert!(call(r#"{"params":[]}"#).starts_with("the line is no request: missing field"));
        let misspelt = call(r#"{"method":"a","param":[1]}"#);
        assert!(misspelt.contains("unknown field `param`"), "{misspelt}");
    }

    #[test]
    fn what_is_no_utf8_is_no_call() {
        let error = lines(b"say \xff")[0]
            .call(false)
            .expect_err("it is no UTF-8");
        assert_eq!(error, "the line is no UTF-8");
    }
}
