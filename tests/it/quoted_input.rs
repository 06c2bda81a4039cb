//! What errors quote of the params is short, in one line, and says which parameter it is.

use std::collections::BTreeMap;

use allocation_counter::measure;
use futures_util::FutureExt;
use rpc_core::{
    CallError, Dispatcher, ProtocolError, Server, Service, function, limits, memory, rpc,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::scripted::Script;

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    North,
    South,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    side: Side,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Either {
    Number(u8),
    Closed(Closed),
}

/// Its `Deserialize` quotes the input in words of its own.
#[derive(Debug, Serialize)]
struct Url(String);

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let error = format_args!("`{text}` is not a URL");
        Err(serde::de::Error::custom(error))
    }
}

#[derive(Debug, Deserialize, Serialize)]
struct Search {
    number: u32,
    side: Option<Side>,
    big: Option<u128>,
}

#[rpc]
trait Forms {
    async fn number(&self, number: u32) -> u32;
    async fn flag(&self, flag: bool) -> bool;
    async fn side(&self, side: Side) -> Side;
    async fn closed(&self, closed: Closed) -> Closed;
    async fn either(&self, either: Either) -> u8;
    async fn url(&self, url: Url) -> u8;
    async fn letter(&self, letter: char) -> char;
    async fn list(&self, list: Vec<u32>) -> usize;
    async fn map(&self, map: BTreeMap<u32, u32>) -> usize;
    async fn search(&self, #[rpc(flatten)] search: Search) -> u32;
    async fn pin(&self, #[rpc(secret)] pin: u32) -> u32;
    async fn unsigned(&self, n: u128, m: u32) -> u128;
    async fn signed(&self, n: i128, m: u32) -> i128;
    async fn small(&self, n: u8, m: u32) -> u8;
    async fn double(&self, n: f64, m: u32) -> f64;
    async fn many(&self, n: Vec<u128>, m: u32) -> u128;
}

struct Desk;

impl Forms for Desk {
    async fn number(&self, number: u32) -> u32 {
        number
    }

    async fn flag(&self, flag: bool) -> bool {
        flag
    }

    async fn side(&self, side: Side) -> Side {
        side
    }

    async fn closed(&self, closed: Closed) -> Closed {
        closed
    }

    async fn either(&self, _: Either) -> u8 {
        0
    }

    async fn url(&self, _: Url) -> u8 {
        0
    }

    async fn letter(&self, letter: char) -> char {
        letter
    }

    async fn list(&self, list: Vec<u32>) -> usize {
        list.len()
    }

    async fn map(&self, map: BTreeMap<u32, u32>) -> usize {
        map.len()
    }

    async fn search(&self, search: Search) -> u32 {
        search.number
    }

    async fn pin(&self, pin: u32) -> u32 {
        pin
    }

    async fn unsigned(&self, n: u128, _: u32) -> u128 {
        n
    }

    async fn signed(&self, n: i128, _: u32) -> i128 {
        n
    }

    async fn small(&self, n: u8, _: u32) -> u8 {
        n
    }

    async fn double(&self, n: f64, _: u32) -> f64 {
        n
    }

    async fn many(&self, n: Vec<u128>, _: u32) -> u128 {
        n.into_iter().sum()
    }
}

fn server() -> Server<impl Service> {
    let functions = Dispatcher::new()
        .service(FormsServer::new(Desk))
        .method("function", |_: u32| async { 0 })
        .method("whole", |_: Closed| async { 0 })
        .method(
            "named",
            function(|n: u128, _: u32| async move { n }).params(&["n", "m"]),
        );
    Server::new(functions)
}

fn answer(server: &Server<impl Service>, message: &str) -> String {
    let reply = server
        .handle(message.as_bytes(), Default::default())
        .now_or_never();
    let reply = reply.expect("no method waits").expect("a reply");
    String::from_utf8(reply.into_body()).unwrap()
}

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#)
}

/// The data of error -32602.
fn refusal(method: &str, params: &str) -> String {
    let reply = answer(&server(), &call(method, params));
    let reply: Value = serde_json::from_str(&reply).expect(&reply);
    assert_eq!(reply["error"]["code"], -32602, "{method} {params}: {reply}");
    reply["error"]["data"].as_str().unwrap().to_owned()
}

const LONG: usize = 2 * 1024 * 1024;

#[test]
fn a_long_value_is_quoted_in_part() {
    let server = server();
    for character in ["\u{7f}", "x", "\\n", "\\u0001", "\u{202e}", "\\\"", "😀"] {
        let long = format!("\"{}\"", character.repeat(LONG / character.len()));
        for (method, params) in [
            ("number", format!("[{long}]")),
            ("number", format!("{{\"number\":{long}}}")),
            ("number", format!("{{{long}:1}}")),
            ("flag", format!("[{long}]")),
            ("side", format!("[{long}]")),
            ("side", format!("[{{{long}:1}}]")),
            ("closed", format!("[{{{long}:1}}]")),
            ("closed", format!("[{{\"side\":{long}}}]")),
            ("either", format!("[{long}]")),
            ("url", format!("[{long}]")),
            ("letter", format!("[{long}]")),
            ("list", format!("[[1,2,{long}]]")),
            ("map", format!("[{{{long}:1}}]")),
            ("search", format!("{{\"number\":{long}}}")),
            ("search", format!("{{\"number\":1,\"side\":{long}}}")),
            ("search", format!("{{\"number\":1,{long}:1}}")),
            ("pin", format!("[{long}]")),
            ("pin", format!("{{\"pin\":1,{long}:1}}")),
            ("unsigned", format!("[{long}]")),
            ("function", format!("[{long}]")),
            ("whole", format!("{{{long}:1}}")),
            ("whole", format!("{{\"side\":{long}}}")),
            ("named", format!("{{\"n\":{long}}}")),
            ("named", format!("{{{long}:1}}")),
            ("rpc.help", format!("[{long}]")),
            ("rpc.help", format!("{{{long}:1}}")),
        ] {
            let message = call(method, &params);
            let mut reply = String::new();
            let used = measure(|| reply = answer(&server, &message));
            assert!(reply.contains("-32602"), "{method}");
            assert!(reply.len() < 5000, "{method}: {} bytes", reply.len());
            let raw = |c: char| c.is_control() || c == '\u{202e}';
            assert!(!reply.contains(raw), "{method}: {reply}");
            // A copy of the params without their escapes, grown step by step, and no more.
            let bytes = used.bytes_max;
            assert!(bytes < 4 * LONG as u64, "{method}: {bytes} bytes");
        }
    }
}

#[test]
fn a_long_unknown_method_is_not_quoted() {
    let name = "x".repeat(LONG);
    let reply = answer(&server(), &call(&name, "[]"));
    assert!(reply.len() < 200, "{} bytes", reply.len());
}

#[test]
fn what_was_expected_is_said_after_the_quotation() {
    let long = format!("[\"{}\"]", "x".repeat(1000));
    assert_eq!(
        refusal("number", &long),
        format!(
            "parameter `number`: invalid type: string \"{}…\", expected u32",
            "x".repeat(limits::QUOTED_INPUT)
        )
    );
    assert_eq!(
        refusal("side", &long),
        format!(
            "parameter `side`: unknown variant `{}…`, expected `north` or `south`",
            "x".repeat(limits::QUOTED_INPUT)
        )
    );
    let named = format!("{{\"{}\":1}}", "x".repeat(1000));
    assert_eq!(
        refusal("number", &named),
        format!(
            "unknown parameter `{}…`; the method takes `number`",
            "x".repeat(limits::QUOTED_INPUT)
        )
    );
    let own = refusal("url", &format!("[\"{}\"]", "x".repeat(10_000)));
    let start = "parameter `url`: `";
    assert_eq!(own.chars().count(), start.len() + limits::TYPE_ERROR_TEXT);
}

#[test]
fn short_values_are_quoted_as_before() {
    for (method, params, expected) in [
        (
            "number",
            "[\"a\"]",
            "parameter `number`: invalid type: string \"a\", expected u32",
        ),
        (
            "number",
            "[null]",
            "parameter `number`: invalid type: null, expected u32",
        ),
        (
            "number",
            "[1.50]",
            "parameter `number`: invalid type: floating point `1.5`, expected u32",
        ),
        (
            "number",
            "[-1]",
            "parameter `number`: invalid value: integer `-1`, expected u32",
        ),
        (
            "number",
            "[[]]",
            "parameter `number`: invalid type: sequence, expected u32",
        ),
        (
            "number",
            "{\"a\\nb\":1}",
            "unknown parameter `a\\nb`; the method takes `number`",
        ),
        (
            "closed",
            "[{\"a\":1}]",
            "parameter `closed`: unknown field `a`, expected `side`",
        ),
        ("closed", "[{}]", "parameter `closed`: missing field `side`"),
        (
            "list",
            "[[1,\"a\"]]",
            "parameter `list`: invalid type: string \"a\", expected u32",
        ),
        ("pin", "[\"s3cret\"]", "parameter `pin` has the wrong type"),
    ] {
        assert_eq!(refusal(method, params), expected);
    }
}

#[test]
fn numbers_that_do_not_fit_name_their_parameter() {
    const FLOAT: &str = "invalid type: floating point `1000.0`, expected ";
    let unsigned = format!("parameter `n`: {FLOAT}u128");
    let signed = format!("parameter `n`: {FLOAT}i128");
    let range = "parameter `n`: number out of range";
    let beyond = "9".repeat(40);
    for (method, number, expected) in [
        ("unsigned", "1e3", &*unsigned),
        ("unsigned", "1000.0", &unsigned),
        ("named", "1e3", &unsigned),
        ("many", "[1,1e3]", &unsigned),
        ("signed", "1e3", &signed),
        ("unsigned", "-1", range),
        ("unsigned", "-0", range),
        ("unsigned", "1e400", range),
        ("unsigned", &beyond, range),
        ("signed", &beyond, range),
        ("double", "1e400", range),
        ("double", "-1e400", range),
        ("small", "1e400", range),
        (
            "small",
            "256",
            "parameter `n`: invalid value: integer `256`, expected u8",
        ),
        (
            "unsigned",
            "\"1\"",
            "parameter `n`: invalid type: string \"1\", expected u128",
        ),
        (
            "unsigned",
            "null",
            "parameter `n`: invalid type: null, expected u128",
        ),
        (
            "signed",
            "[]",
            "parameter `n`: invalid type: sequence, expected i128",
        ),
        (
            "signed",
            "{}",
            "parameter `n`: invalid type: map, expected i128",
        ),
        (
            "signed",
            "true",
            "parameter `n`: invalid type: boolean `true`, expected i128",
        ),
    ] {
        let by_name = format!("{{\"n\":{number},\"m\":1}}");
        assert_eq!(refusal(method, &by_name), expected, "{number}");
        let by_position = format!("[{number},1]");
        assert_eq!(refusal(method, &by_position), expected, "{number}");
    }
    for (method, number) in [
        ("unsigned", "0"),
        ("unsigned", "340282366920938463463374607431768211455"),
        ("signed", "-170141183460469231731687303715884105728"),
        ("signed", "-1"),
    ] {
        let reply = answer(&server(), &call(method, &format!("[{number},1]")));
        assert_eq!(
            reply,
            format!(r#"{{"jsonrpc":"2.0","result":{number},"id":1}}"#)
        );
    }
}

#[test]
fn a_flattened_struct_names_its_field() {
    for (params, expected) in [
        (
            r#"{"number":"a"}"#,
            "parameter `number`: invalid type: string \"a\", expected u32",
        ),
        (
            r#"{"side":"n","number":1}"#,
            "parameter `side`: unknown variant `n`, expected `north` or `south`",
        ),
        (r#"{"side":null}"#, "missing parameter `number`"),
        (
            r#"{"number":1,"number":2}"#,
            "parameter `number` is given twice",
        ),
    ] {
        assert_eq!(refusal("search", params), expected);
    }
}

/// A client quotes as little of a result.
#[test]
fn a_client_quotes_a_wrong_result_in_part() {
    let long = "\u{7f}".repeat(LONG);
    let reply = json!({ "jsonrpc": "2.0", "result": long, "id": 0 }).to_string();
    let mut reason = String::new();
    let used = measure(|| {
        let call = Script::replies(reply.clone()).client();
        let call = std::future::IntoFuture::into_future(call.call::<_, u32>("m", ()).id(0));
        match call.now_or_never().unwrap() {
            Err(CallError::Protocol(error)) => match &*error {
                ProtocolError::Result { reason: it, .. } => reason = it.clone(),
                other => panic!("{other}"),
            },
            other => panic!("{other:?}"),
        }
    });
    assert!(reason.len() < 3000, "{} bytes", reason.len());
    assert!(used.bytes_max < 3 * LONG as u64, "{} bytes", used.bytes_max);
}

/// Raw values and borrowed ones are decoded as before.
#[test]
fn what_borrows_still_borrows() {
    let raw = Dispatcher::new()
        .method("raw", |raw: Box<RawValue>| async move { raw })
        .method("option", |value: Option<Value>| async move { value });
    let raw = Server::new(raw);
    for (method, value) in [
        ("raw", r#"{"a" : [1, "\ud800"]}"#),
        ("raw", "1e400"),
        ("option", "null"),
        ("option", r#"{"a":18446744073709551615}"#),
    ] {
        let reply = answer(&raw, &call(method, &format!("[{value}]")));
        assert_eq!(
            reply,
            format!(r#"{{"jsonrpc":"2.0","result":{value},"id":1}}"#)
        );
    }
    let _clients_compile = memory::connect(raw);
}
