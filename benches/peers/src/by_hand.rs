//! Two hand-written servers: the simplest one, and the one that people write who care about speed. The
//! [fastest](crate::fastest) is more work.
//!
//! Both take the bytes of a message and return those of its reply, or `None` for no reply. They know only the methods
//! of [`work::Bench`], and their errors don't explain what was wrong.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use work::{FAILURE, Order};

/// The code and the message of an error.
pub(crate) type Refusal = (i64, &'static str);

/// The error of `fail`.
pub(crate) const FAILED: Refusal = (FAILURE, "sold out");

/// Parses into a [`Value`], takes the params out of it and makes the reply with `json!`.
pub fn value(message: &[u8]) -> Option<Vec<u8>> {
    let reply = match serde_json::from_slice(message) {
        Ok(message) => value_to_value(message),
        Err(_) => Some(json!({
            "jsonrpc": "2.0", "error": { "code": -32700, "message": "parse error" }, "id": null
        })),
    };
    reply.map(|reply| serde_json::to_vec(&reply).expect("a Value is JSON"))
}

/// The same for callers that parse the message and write the reply themselves.
pub fn value_to_value(message: Value) -> Option<Value> {
    match message {
        Value::Array(calls) => {
            let replies: Vec<Value> = calls.into_iter().filter_map(answer_value).collect();
            (!replies.is_empty()).then(|| replies.into())
        }
        call => answer_value(call),
    }
}

fn answer_value(mut call: Value) -> Option<Value> {
    let outcome = call_value(&mut call);
    let id = call.get_mut("id")?.take();
    Some(match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "result": result, "id": id }),
        Err((code, message)) => {
            json!({ "jsonrpc": "2.0", "error": { "code": code, "message": message }, "id": id })
        }
    })
}

fn call_value(call: &mut Value) -> Result<Value, Refusal> {
    if call["jsonrpc"] != "2.0" {
        return Err(INVALID_REQUEST);
    }
    let mut params = call.get_mut("params").map(Value::take).unwrap_or_default();
    let mut param = |index: usize, name: &str| {
        let param = match &mut params {
            Value::Array(params) => params.get_mut(index),
            params => params.get_mut(name),
        };
        param.map(Value::take).ok_or(INVALID_PARAMS)
    };
    Ok(match call["method"].as_str().ok_or(INVALID_REQUEST)? {
        "add" => {
            let (a, b) = (param(0, "a")?.as_i64(), param(1, "b")?.as_i64());
            json!(a.ok_or(INVALID_PARAMS)? + b.ok_or(INVALID_PARAMS)?)
        }
        "echo" => json!(param(0, "text")?.as_str().ok_or(INVALID_PARAMS)?),
        "total" => {
            let orders: Vec<Order> =
                serde_json::from_value(param(0, "orders")?).map_err(|_| INVALID_PARAMS)?;
            json!(work::total(&orders))
        }
        "list" => {
            let bytes = param(0, "bytes")?.as_u64().ok_or(INVALID_PARAMS)?;
            json!(work::prepared(bytes as usize))
        }
        "copy" => {
            let bytes = param(0, "bytes")?.as_u64().ok_or(INVALID_PARAMS)?;
            json!(work::copied(bytes as usize))
        }
        "fail" => return Err(FAILED),
        _ => return Err(METHOD_NOT_FOUND),
    })
}

/// Reads the envelope without copying, decodes the params straight into types, and writes the reply into one buffer.
pub fn typed(message: &[u8]) -> Option<Vec<u8>> {
    let mut reply = Vec::with_capacity(128);
    let is_batch = message.trim_ascii_start().first() == Some(&b'[');
    if !is_batch {
        match serde_json::from_slice(message) {
            Ok(call) => answer_typed(&call, &mut reply),
            Err(_) => write_error(refusal(message), RawValue::NULL, &mut reply),
        }
        return (!reply.is_empty()).then_some(reply);
    }
    match serde_json::from_slice::<Vec<Call>>(message) {
        Ok(calls) => answer_batch(&calls, &mut reply),
        Err(_) => write_error(refusal(message), RawValue::NULL, &mut reply),
    }
    (!reply.is_empty()).then_some(reply)
}

/// A request or a notification, borrowed from its message.
#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
}

/// Tells `null`, which is an id, from no id at all.
fn present<'de, D: Deserializer<'de>>(id: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(id).map(Some)
}

// serde reads a struct from an object or an array, so these take params by name or by position.

#[derive(Deserialize)]
struct Add {
    a: i64,
    b: i64,
}

#[derive(Deserialize)]
struct Echo<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(crate) struct Total {
    pub(crate) orders: Vec<Order>,
}

#[derive(Deserialize)]
struct List {
    bytes: usize,
}

#[derive(Serialize)]
struct Success<'a, T> {
    jsonrpc: &'a str,
    result: T,
    id: &'a RawValue,
}

#[derive(Serialize)]
struct Failure<'a> {
    jsonrpc: &'a str,
    error: ErrorObject<'a>,
    id: &'a RawValue,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    code: i64,
    message: &'a str,
}

fn answer_batch(calls: &[Call], reply: &mut Vec<u8>) {
    for call in calls {
        let start = reply.len();
        reply.push(if start == 0 { b'[' } else { b',' });
        let answer = reply.len();
        answer_typed(call, reply);
        if reply.len() == answer {
            reply.truncate(start);
        }
    }
    if calls.is_empty() {
        write_error(INVALID_REQUEST, RawValue::NULL, reply);
    } else if !reply.is_empty() {
        reply.push(b']');
    }
}

fn answer_typed(call: &Call, reply: &mut Vec<u8>) {
    let start = reply.len();
    let id = call.id.unwrap_or(RawValue::NULL);
    if let Err(error) = call_typed(call, id, reply) {
        write_error(error, id, reply);
    }
    if call.id.is_none() {
        reply.truncate(start);
    }
}

fn call_typed(call: &Call, id: &RawValue, reply: &mut Vec<u8>) -> Result<(), Refusal> {
    if call.jsonrpc != "2.0" {
        return Err(INVALID_REQUEST);
    }
    match &*call.method {
        "add" => {
            let Add { a, b } = params(call)?;
            write_result(a + b, id, reply);
        }
        "echo" => write_result(params::<Echo>(call)?.text, id, reply),
        "total" => write_result(work::total(&params::<Total>(call)?.orders), id, reply),
        "list" => write_result(work::prepared(params::<List>(call)?.bytes), id, reply),
        "copy" => write_result(work::copied(params::<List>(call)?.bytes), id, reply),
        "fail" => return Err(FAILED),
        _ => return Err(METHOD_NOT_FOUND),
    }
    Ok(())
}

fn params<'a, T: Deserialize<'a>>(call: &Call<'a>) -> Result<T, Refusal> {
    let params = call.params.ok_or(INVALID_PARAMS)?;
    serde_json::from_str(params.get()).map_err(|_| INVALID_PARAMS)
}

fn write_result<T: Serialize>(result: T, id: &RawValue, reply: &mut Vec<u8>) {
    let success = Success {
        jsonrpc: "2.0",
        result,
        id,
    };
    serde_json::to_writer(reply, &success).expect("the results are JSON");
}

pub(crate) fn write_error((code, message): Refusal, id: &RawValue, reply: &mut Vec<u8>) {
    let failure = Failure {
        jsonrpc: "2.0",
        error: ErrorObject { code, message },
        id,
    };
    serde_json::to_writer(reply, &failure).expect("an error is JSON");
}

/// Why a message could not be read as a call.
pub(crate) fn refusal(message: &[u8]) -> Refusal {
    match serde_json::from_slice::<IgnoredAny>(message) {
        Ok(_) => INVALID_REQUEST,
        Err(_) => (-32700, "parse error"),
    }
}

pub(crate) const INVALID_REQUEST: Refusal = (-32600, "invalid request");
pub(crate) const METHOD_NOT_FOUND: Refusal = (-32601, "method not found");
pub(crate) const INVALID_PARAMS: Refusal = (-32602, "invalid params");

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fastest;

    fn parsed(reply: Option<Vec<u8>>) -> Option<Value> {
        reply.map(|reply| serde_json::from_slice(&reply).unwrap())
    }

    /// All of them must do the same work to be comparable.
    #[test]
    fn all_give_the_same_replies() {
        let messages = [
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":{"b":2,"a":1},"id":null}"#,
            r#"{"jsonrpc":"2.0","method":"\u0065cho","params":["a\n"],"id":"x"}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"sub","params":[1],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"fail","id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2]}"#,
            r#"[{"jsonrpc":"2.0","method":"add","params":[1,2]}, {"jsonrpc":"2.0","method":"fail","id":1}]"#,
            r#"[{"jsonrpc":"2.0","method":"add","params":[1,2]}]"#,
            r#"{"id":1,"params":{"text":"\""},"method":"echo","jsonrpc":"2.0"}"#,
            r#" [ {"jsonrpc":"2.0","method":"total","params":[7],"id":"a\"b"}, {"jsonrpc":"2.0","method":"list","params":[1024],"id":1} ] "#,
            r#"{"jsonrpc":"2.0","method":"copy","params":{"bytes":1024},"id":2}"#,
            "{",
        ];
        for message in messages {
            let message = message.as_bytes();
            let shown = String::from_utf8_lossy(message);
            let expected = parsed(super::value(message));
            assert_eq!(parsed(super::typed(message)), expected, "{shown}");
            assert_eq!(parsed(fastest::answer(message)), expected, "{shown}");
        }
        let sum = super::typed(messages[1].as_bytes());
        let expected = json!({ "jsonrpc": "2.0", "result": 3, "id": null });
        assert_eq!(parsed(sum), Some(expected));
    }

    #[test]
    fn large_messages_get_the_same_replies() {
        let orders = json!([work::orders(work::KIB)]);
        let total = work::call("total", orders).to_string();
        for message in [work::batch(100).to_string(), format!("[{total}]"), total] {
            let expected = parsed(super::value(message.as_bytes()));
            assert_eq!(parsed(super::typed(message.as_bytes())), expected);
            assert_eq!(parsed(fastest::answer(message.as_bytes())), expected);
        }
    }

    /// The two that read into types also agree about mistakes.
    #[test]
    fn mistakes_get_the_same_replies() {
        let calls = [
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2,3],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,"2"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2.5],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,[{"a":[]}]],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":{"a":1,"c":{},"b":2},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":{"a":1,"a":1,"b":2},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":{"a":1},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":null,"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":true,"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":7,"id":1.50}"#,
            r#"{"jsonrpc":"2.0","method":"echo","params":"text","id":12345678901234567890123}"#,
            r#"{"jsonrpc":"2.0","method":"list","params":[-1],"id":-1}"#,
            r#"{"jsonrpc":"2.0","method":"total","params":[[{"id":1}]],"id":1}"#,
            r#"{"jsonrpc":"2.0","params":[[{"id":1}]],"method":"total","id":1}"#,
            r#"{"jsonrpc":"1.0","method":"add","params":[1,2],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","method":"echo","params":[1,2],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"other":{"a":[1]},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":7,"params":[1,2],"id":1}"#,
            r#"{"jsonrpc":"2.0","params":[1,2],"id":1}"#,
            r#"{"method":"add","params":[1,2],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1} x"#,
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2,"id":1}"#,
            r#"{}"#,
            r#"[]"#,
            r#"7"#,
            "",
        ];
        let right = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":0}"#;
        for call in calls {
            for message in [call.to_owned(), format!("[{right},{call},{right}]")] {
                let expected = parsed(super::typed(message.as_bytes()));
                let reply = parsed(fastest::answer(message.as_bytes()));
                assert_eq!(reply, expected, "{message}");
            }
        }
        let not_utf_8 = b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\",\"id\":1}";
        assert_eq!(
            parsed(fastest::answer(not_utf_8)),
            parsed(super::typed(not_utf_8))
        );
    }
}
