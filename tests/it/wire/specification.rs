//! The examples of section 7 of the JSON-RPC 2.0 specification, compared as JSON values: no member is
//! extra or missing.

use serde_json::{Value, json};

use super::Answers;

/// Runs every example.
pub async fn run_all(peer: &impl Answers) {
    for (name, message, expected) in examples() {
        let answer = peer.answer(message.as_bytes()).await;
        let answer = answer.map(|bytes| serde_json::from_slice::<Value>(&bytes).unwrap());
        assert_eq!(answer, expected, "{name}");
    }
}

fn result(result: Value, id: Value) -> Value {
    json!({"jsonrpc": "2.0", "result": result, "id": id})
}

fn error(code: i64, message: &str, id: Value) -> Value {
    json!({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": id})
}

fn examples() -> Vec<(&'static str, &'static str, Option<Value>)> {
    let invalid_request = || error(-32600, "Invalid Request", Value::Null);
    let parse_error = || error(-32700, "Parse error", Value::Null);
    vec![
        (
            "positional parameters",
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
            Some(result(json!(19), json!(1))),
        ),
        (
            "positional parameters, the other way round",
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#,
            Some(result(json!(-19), json!(2))),
        ),
        (
            "named parameters",
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
            Some(result(json!(19), json!(3))),
        ),
        (
            "named parameters in another order",
            r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
            Some(result(json!(19), json!(4))),
        ),
        (
            "a notification",
            r#"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#,
            None,
        ),
        (
            "a notification of a method that does not exist",
            r#"{"jsonrpc": "2.0", "method": "foobar"}"#,
            None,
        ),
        (
            "a call of a method that does not exist",
            r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
            Some(error(-32601, "Method not found", json!("1"))),
        ),
        (
            "invalid JSON",
            r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
            Some(parse_error()),
        ),
        (
            "an invalid request object",
            r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
            Some(invalid_request()),
        ),
        (
            "a batch of invalid JSON",
            r#"[
                {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
                {"jsonrpc": "2.0", "method"
            ]"#,
            Some(parse_error()),
        ),
        ("an empty array", "[]", Some(invalid_request())),
        (
            "a batch that is invalid, but not empty",
            "[1]",
            Some(json!([invalid_request()])),
        ),
        (
            "a batch with only invalid entries",
            "[1,2,3]",
            Some(json!([
                invalid_request(),
                invalid_request(),
                invalid_request()
            ])),
        ),
        (
            "a mixed batch",
            r#"[
                {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
                {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
                {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
                {"foo": "boo"},
                {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
                {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
            ]"#,
            Some(json!([
                result(json!(7), json!("1")),
                result(json!(19), json!("2")),
                invalid_request(),
                error(-32601, "Method not found", json!("5")),
                result(json!(["hello", 5]), json!("9")),
            ])),
        ),
        (
            "a batch of notifications",
            r#"[
                {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
                {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
            ]"#,
            None,
        ),
    ]
}
