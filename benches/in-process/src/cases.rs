//! The cases: messages and the replies that they must get.

use serde_json::{Value, json};
use work::{FAILURE, KIB, MIB, batch, orders, prepared, total};

use crate::contenders::YERPC;
use crate::many;

/// The set of methods that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Those of [`work::Bench`].
    Bench,
    /// A thousand methods, all of which add.
    ThousandMethods,
}

/// A message and its reply.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub message: Vec<u8>,
    /// `None` if the message must get no reply.
    pub reply: Option<Value>,
    pub served: Served,
    /// Contenders that cannot answer this; [`NOTES`] says why.
    pub without: &'static [&'static str],
    /// Whether frameworks in other languages run this case as well.
    pub in_other_languages: bool,
    /// The text of the params, if decoding it alone is measured as well. They are those of [`work::Bench::total`].
    pub decoded_alone: Option<String>,
}

impl Case {
    fn new(name: &str, message: impl ToString, reply: Value) -> Self {
        Case {
            name: name.to_owned(),
            message: message.to_string().into_bytes(),
            reply: Some(reply),
            served: Served::Bench,
            without: &[],
            in_other_languages: false,
            decoded_alone: None,
        }
    }

    fn without(self, without: &'static [&'static str]) -> Self {
        Case { without, ..self }
    }

    fn in_other_languages(self) -> Self {
        Case {
            in_other_languages: true,
            ..self
        }
    }

    /// Panics unless this is the right reply. The order of members and of a batch's replies does not matter.
    pub fn prove(&self, contender: &str, reply: Option<&[u8]>) {
        let parse = |reply| serde_json::from_slice(reply).expect("a reply is JSON");
        let reply = reply.map(|reply| comparable(parse(reply)));
        let expected = self.reply.clone().map(comparable);
        // A reply may have 10 MiB, so show only its beginning.
        let shown = reply.as_ref().map(|reply| {
            let text = reply.to_string();
            text.chars().take(200).collect::<String>()
        });
        let name = &self.name;
        assert!(reply == expected, "{name}: {contender} replied {shown:?}");
    }
}

/// Makes replies comparable: JavaScript writes 3.0 as 3, and a batch's replies may come in any order.
fn comparable(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(values) => {
            let mut values: Vec<Value> = values.into_iter().map(comparable).collect();
            values.sort_by(|one, other| {
                let (one, other) = (one["id"].as_f64(), other["id"].as_f64());
                one.partial_cmp(&other).expect("an id is a number")
            });
            values.into()
        }
        Value::Object(members) => {
            let members = members.into_iter();
            members
                .map(|(name, value)| (name, comparable(value)))
                .collect()
        }
        other => other,
    }
}

/// What a reader of the results needs to know.
pub const NOTES: &[&str] = &[
    "jsonrpsee: calls use its own way to call without a socket, Methods::raw_json_request, which opens a channel for each \
     call. It supports neither batches nor notifications, so those are measured as in the next contender. jsonrpsee, \
     service: the RpcService that its server passes to RPC middleware, after reading the body as its HTTP transport does.",
    "All contenders are built with serde_json's float_roundtrip, which rpc-core needs. With orders, it costs less than 1 % \
     of the instructions.",
    "jsonrpsee's server does not run the method of a notification: it reads the notification and sends nothing.",
    "yerpc takes a method's params either by position or by name, has no batches, and has separate methods for calls and \
     notifications. It is left out of those cases.",
    "by hand, Value: parses into a serde_json::Value and makes the reply with json!. by hand, typed: borrows the envelope, \
     decodes params straight into types and writes the reply into one buffer. by hand, fastest: reads a message once, without \
     a list of its calls, and answers each entry of a batch as soon as it has read it. None of them has async methods, \
     middleware or limits, and none says in its errors what was wrong.",
    "decoding alone: decodes the text of the params into the orders with serde_json, and drops them.",
    "orders out: the orders lie ready in an Arc, so that only writing them costs time. orders copied out: the method copies \
     them for each call, as most methods make their result.",
    "json-rpc (Python) and jayson (Node.js) run in their own processes and time many repetitions of a message, from its \
     bytes to the bytes of the reply.",
    "The thousand methods are a trait in rpc, and registered in a loop in jsonrpsee.",
];

/// A request without an id.
pub const NOTIFICATION: &str = r#"{"jsonrpc":"2.0","method":"add","params":[1,2]}"#;

/// All cases.
pub fn all() -> Vec<Case> {
    let mut cases = small();
    for (size, bytes) in [("1 KiB", KIB), ("100 KiB", 100 * KIB), ("10 MiB", 10 * MIB)] {
        let case = total_of(&format!("orders, {size} in"), bytes);
        cases.push(if bytes == 100 * KIB {
            case.in_other_languages()
        } else {
            case
        });
        for (method, out) in [("list", "out"), ("copy", "copied out")] {
            let list = call(method, &format!("[{bytes}]"), "1");
            let name = format!("orders, {size} {out}");
            cases.push(Case::new(&name, list, success(prepared(bytes))));
        }
    }
    cases.extend(add_in_other_words());
    cases.extend(total_in_other_words());
    cases
}

/// The cases whose messages and replies are small.
pub fn small() -> Vec<Case> {
    let text = "x".repeat(64);
    let echo = call("echo", &format!(r#"["{text}"]"#), "1");
    let sums = (0..100).map(|n| json!({ "jsonrpc": "2.0", "result": n + 1, "id": n }));
    let failure = json!({ "code": FAILURE, "message": "sold out" });
    let failed = json!({ "jsonrpc": "2.0", "error": failure, "id": 1 });
    let by_name = call("add", r#"{"b":2,"a":1}"#, "1");
    vec![
        add().in_other_languages(),
        Case::new("add, by name", by_name, success(3)).without(&[YERPC]),
        Case::new("echo of 64 bytes", echo, success(&text)).in_other_languages(),
        Case::new("batch of 100 adds", batch(100), sums.collect())
            .without(&[YERPC])
            .in_other_languages(),
        Case {
            served: Served::ThousandMethods,
            ..Case::new(
                "add, one of 1,000 methods",
                call(&many::name(1000), "[1,2]", "1"),
                success(3),
            )
        },
        Case::new("error", call("fail", "[]", "1"), failed),
        Case {
            reply: None,
            ..Case::new("notification", NOTIFICATION, Value::Null).without(&[YERPC])
        },
    ]
}

/// The same calls, written in ways that a fast path would not expect.
fn add_in_other_words() -> Vec<Case> {
    let pretty = |text: &str| {
        let value: Value = serde_json::from_str(text).expect("a message is JSON");
        format!("{value:#}")
    };
    let message = call("add", "[1,2]", "1");
    let backwards = r#"{"id":1,"params":[1,2],"method":"add","jsonrpc":"2.0"}"#;
    let escaped = message.replace("add", r"\u0061\u0064d");
    vec![
        Case::new("add, members in another order", backwards, success(3)),
        Case::new("add, with white space", pretty(&message), success(3)),
        Case::new("add, escapes in the method", escaped, success(3)),
        Case::new(
            "add, id is a string",
            call("add", "[1,2]", LONG_ID),
            with_long_id(success(3)),
        ),
    ]
}

fn total_in_other_words() -> Vec<Case> {
    let name = |what: &str| format!("orders, 100 KiB in, {what}");
    let plain = total_of("", 100 * KIB);
    let orders = orders(100 * KIB);
    let params = serde_json::to_string(&[&orders]).expect("orders are JSON");
    let reply = || plain.reply.clone().expect("it is a call");
    let backwards = format!(r#"{{"id":1,"params":{params},"method":"total","jsonrpc":"2.0"}}"#);
    let escaped = params.replace(r#"item \""#, r#"\u0069\u0074\u0065\u006d\u0020\""#);
    let spread_out = serde_json::to_string_pretty(&[&orders]).expect("orders are JSON");
    vec![
        Case::new(&name("members in another order"), backwards, reply()),
        Case::new(
            &name("with white space"),
            call("total", &spread_out, "1"),
            reply(),
        ),
        Case::new(&name("more escapes"), call("total", &escaped, "1"), reply()),
        Case::new(
            &name("id is a string"),
            call("total", &params, LONG_ID),
            with_long_id(reply()),
        ),
    ]
}

fn add() -> Case {
    Case::new("add", call("add", "[1,2]", "1"), success(3))
}

fn total_of(name: &str, bytes: usize) -> Case {
    let orders = orders(bytes);
    let params = serde_json::to_string(&[&orders]).expect("orders are JSON");
    let message = call("total", &params, "1");
    Case {
        decoded_alone: Some(params),
        ..Case::new(name, message, success(total(&orders)))
    }
}

/// Builds the text of a call. A [`Value`] would put the members into an order that few clients use.
fn call(method: &str, params: &str, id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":{id}}}"#)
}

fn success(result: impl serde::Serialize) -> Value {
    json!({ "jsonrpc": "2.0", "result": result, "id": 1 })
}

const LONG_ID: &str = r#""a-much-longer-id""#;

fn with_long_id(mut reply: Value) -> Value {
    reply["id"] = serde_json::from_str(LONG_ID).expect("it is a string");
    reply
}
