//! Replies of servers that do not keep to the specification: what every client takes, what only a tolerant one forgives, and what
//! nobody does.

use futures_util::future::join_all;
use rpc_core::transport::{Batched, TransportReply};
use rpc_core::{
    Batching, CallError, Client, ErrorObject, Execution, ProtocolError, TransportError,
};
use serde_json::Value;

use crate::batching::Tokio;
use crate::errors::log::Plain;
use crate::scripted::Script;

/// A result as JSON, or what the error says, without the method.
fn shown(outcome: Result<Value, CallError>) -> String {
    match outcome {
        Ok(result) => result.to_string(),
        Err(error) => {
            let text = error.to_string();
            text.strip_prefix("m: ").unwrap_or(&text).to_owned()
        }
    }
}

/// What a call with id 1 makes of a reply, without and with tolerance.
async fn both(reply: &str) -> [String; 2] {
    let client = Script::replies(reply.to_owned()).client();
    let tolerant = client.tolerant();
    [
        shown(client.call("m", ()).id(1).await),
        shown(tolerant.call("m", ()).id(1).await),
    ]
}

#[tokio::test]
async fn a_null_beside_the_other_member_says_nothing() {
    for (reply, expected) in [
        (r#"{"jsonrpc":"2.0","result":5,"error":null,"id":1}"#, "5"),
        (r#"{"error":null,"id":1,"result":5,"jsonrpc":"2.0"}"#, "5"),
        (
            r#"{"jsonrpc":"2.0","result":null,"error":null,"id":1}"#,
            "null",
        ),
        (
            r#"{"jsonrpc":"2.0","result":null,"error":{"code":-32000,"message":"none"},"id":1}"#,
            "none (code -32000)",
        ),
        (
            "\u{feff} {\"error\":{\"code\":7,\"message\":\"no\"},\"result\": null ,\"id\":null,\"jsonrpc\":\"2.0\"}\n",
            "no (code 7)",
        ),
    ] {
        assert_eq!(both(reply).await, [expected; 2], "{reply}");
        // The type of the result makes no difference.
        let client = Script::replies(reply).client();
        let result = client.call::<_, Option<u32>>("m", ()).await;
        let result = result.map(|it| it.map_or(Value::Null, Value::from));
        assert_eq!(shown(result), expected, "{reply}");
    }
    let body = r#"[{"jsonrpc":"2.0","result":null,"error":{"code":7,"message":"no"},"id":2},{"jsonrpc":"2.0","result":5,"error":null,"id":1}]"#;
    for [one, two] in [
        batch(body, Client::clone).await.unwrap(),
        batched(body, Client::clone).await,
    ] {
        assert_eq!((&*one, &*two), ("5", "no (code 7)"));
    }
    let checked = Script::replies(body).client();
    let message =
        r#"[{"jsonrpc":"2.0","method":"m","id":1},{"jsonrpc":"2.0","method":"m","id":2}]"#;
    checked.send(message).checked().await.unwrap();
}

/// Each kind of fault in turn, and several at once.
#[tokio::test]
async fn a_tolerant_client_forgives() {
    for (reply, expected) in [
        (r#"{"jsonrpc":"2.0","result":5,"id":"1"}"#, "5"),
        (r#"{"jsonrpc":"2.0","result":5,"id":"1.0"}"#, "5"),
        (
            r#"{"jsonrpc":"2.0","error":{"code":7,"message":"no"},"id":"1"}"#,
            "no (code 7)",
        ),
        (r#"{"jsonrpc":"2.0","result":5}"#, "5"),
        (r#"{"jsonrpc":"2.0","result":5,"id":null}"#, "5"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "null"),
        (r#"{"jsonrpc":"2.0","error":null,"id":1}"#, "null"),
        (r#"{"error":null,"id":1}"#, "null"),
        (r#"{"result":5,"error":null,"id":1}"#, "5"),
        (r#"{"jsonrpc":"1.0","result":5,"id":1}"#, "5"),
        (r#"{"jsonrpc":2.0,"result":5,"id":1}"#, "5"),
        (r#"{"jsonrpc":null,"result":5,"id":1}"#, "5"),
        (r#"{"version":"1.1","result":5,"id":1}"#, "5"),
        (
            r#"{"jsonrpc":"2.0","error":"no such thing","id":1}"#,
            "no such thing (code -32000)",
        ),
        (
            r#"{"jsonrpc":"2.0","result":null,"error":"a \"quote\"","id":1}"#,
            "a \"quote\" (code -32000)",
        ),
        (
            r#"{"jsonrpc":"2.0","error":404,"id":1}"#,
            "Server error (code -32000, data 404)",
        ),
        (
            r#"{"jsonrpc":"2.0","error":["x"],"id":1}"#,
            r#"Server error (code -32000, data ["x"])"#,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":"-32700","message":"bad"},"id":null}"#,
            "bad (code -32700)",
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":-32000.0,"message":"bad","data":{"a":1}},"id":1}"#,
            r#"bad (code -32000, data {"a":1})"#,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":"7e2","message":"bad"},"id":1}"#,
            "bad (code 700)",
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":"E_DOWN","message":"bad"},"id":1}"#,
            r#"bad (code -32000, data {"code":"E_DOWN","message":"bad"})"#,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":7.5,"message":"bad","data":[]},"id":1}"#,
            "bad (code -32000, data [])",
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"message":"bad"},"id":1}"#,
            r#"bad (code -32000, data {"message":"bad"})"#,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":7},"id":1}"#,
            r#"Server error (code 7, data {"code":7})"#,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":7,"message":["a"]},"id":1}"#,
            r#"Server error (code 7, data {"code":7,"message":["a"]})"#,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{},"id":1}"#,
            "Server error (code -32000, data {})",
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":7,"message":"no"}}"#,
            "no (code 7)",
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":7,"message":"no"},"id":{}}"#,
            "no (code 7)",
        ),
        (r#"{"error":"down"}"#, "down (code -32000)"),
        (r#"{"jsonrpc":"2.0","result":5,"error":false,"id":1}"#, "5"),
        (r#"{"jsonrpc":"2.0","result":5,"error":"","id":1}"#, "5"),
        (r#"{"jsonrpc":"2.0","result":5,"error":{ },"id":1}"#, "5"),
        (r#"[{"jsonrpc":"2.0","result":5,"id":1}]"#, "5"),
        ("\u{feff} [ {\"result\" : 5 , \"id\":\"1\"} ] ", "5"),
    ] {
        let [strict, tolerant] = both(reply).await;
        assert_eq!(tolerant, expected, "{reply}");
        assert!(
            strict.starts_with("the reply "),
            "{reply} is taken by every client: {strict}"
        );
    }
}

#[tokio::test]
async fn an_id_may_come_back_as_the_other_type() {
    for (sent, received) in [
        (r#""7""#, "7"),
        ("7", r#""7""#),
        ("7", r#""\u0037""#),
        ("1.50", r#""1.5""#),
        ("18446744073709551616", r#""18446744073709551616""#),
    ] {
        let reply = format!(r#"{{"jsonrpc":"2.0","result":5,"id":{received}}}"#);
        let client = Script::replies(reply).client().tolerant();
        let call = client
            .call("m", ())
            .id(sent.parse::<rpc_core::Id>().unwrap());
        assert_eq!(shown(call.await), "5", "{sent} {received}");
    }
}

/// What is in doubt stays what it is, and its error does not change.
#[tokio::test]
async fn a_tolerant_client_does_not_guess() {
    for reply in [
        "",
        "<html>",
        "5",
        "null",
        "[]",
        "{}",
        r#"{"message":"Forbidden"}"#,
        r#"{"id":1}"#,
        r#"{"jsonrpc":"2.0"}"#,
        r#"{"jsonrpc":"2.0","result":5,"id":2}"#,
        r#"{"jsonrpc":"2.0","result":5,"id":"2"}"#,
        r#"{"jsonrpc":"2.0","result":5,"id":"one"}"#,
        r#"{"jsonrpc":"2.0","result":5,"id":[1]}"#,
        r#"{"jsonrpc":"2.0","result":5,"id":true}"#,
        r#"{"jsonrpc":"2.0","result":5,"error":{"code":7,"message":"no"},"id":1}"#,
        r#"{"jsonrpc":"2.0","result":5,"error":"no","id":1}"#,
        r#"{"jsonrpc":"2.0","result":5,"result":6,"id":1}"#,
        r#"{"jsonrpc":"2.0","error":"a","error":"b","id":1}"#,
        r#"{"jsonrpc":"2.0","error":"no","id":2}"#,
        r#"{"jsonrpc":"2.0","code":7,"message":"no","id":1}"#,
        r#"{"jsonrpc":"2.0","Result":5,"id":1}"#,
        // Echoes of the request.
        r#"{"jsonrpc":"2.0","method":"m","id":1}"#,
        r#"{"jsonrpc":"2.0","params":[],"id":1}"#,
        r#"[{"jsonrpc":"2.0","result":5,"id":1},{"jsonrpc":"2.0","result":6,"id":1}]"#,
        r#"{"jsonrpc":"2.0","result":5,"id":1"#,
    ] {
        let [strict, tolerant] = both(reply).await;
        assert_eq!(tolerant, strict, "{reply}");
        assert!(strict.starts_with("the reply "), "{reply}: {strict}");
    }
    // The result's type is not a matter of JSON-RPC.
    let client = Script::replies(r#"{"result":"5","id":1}"#)
        .client()
        .tolerant();
    let error = client.call::<_, u32>("m", ()).await.unwrap_err();
    assert!(
        matches!(error.protocol(), Some(ProtocolError::Result { .. })),
        "{error:?}"
    );
    assert_eq!(error.execution(), Execution::Ran);
}

/// A status such as 500 says that the call failed, so a success has to be beyond doubt.
#[tokio::test]
async fn a_doubtful_reply_is_no_success_for_want_of_an_error() {
    let doubtful = |reply: &'static str| {
        let script = Script::new(move |_| {
            let why = TransportError::message("HTTP status 500");
            Ok(TransportReply::new(reply).error_if_invalid(why))
        });
        script.client().tolerant()
    };
    for (reply, expected) in [
        (r#"{"jsonrpc":"2.0","result":5,"id":"1"}"#, "5"),
        (r#"{"jsonrpc":"2.0","result":5}"#, "HTTP status 500"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "HTTP status 500"),
        (r#"{"error":"Unauthorized"}"#, "HTTP status 500"),
        (
            r#"{"jsonrpc":"2.0","error":"Unauthorized"}"#,
            "Unauthorized (code -32000)",
        ),
        (
            r#"{"error":"Unauthorized","id":1}"#,
            "Unauthorized (code -32000)",
        ),
    ] {
        let client = doubtful(reply);
        assert_eq!(shown(client.call("m", ()).await), expected, "{reply}");
        let message = r#"{"jsonrpc":"2.0","method":"m","id":1}"#;
        let sent = client.send(message).checked().await;
        assert_eq!(sent.is_ok(), !expected.contains("HTTP"), "{reply}");
    }
}

type Change = fn(&Client<Script>) -> Client<Script>;
type ChangeBatched = fn(&Client<Batched<Script, Tokio>>) -> Client<Batched<Script, Tokio>>;

/// What calls 1 and 2 of a batch make of a reply.
async fn batch(reply: &'static str, change: Change) -> Result<[String; 2], CallError> {
    let client = change(&Script::replies(reply).client());
    let calls = [client.call("m", ()), client.call("m", ())];
    Ok(client.batch(calls).await?.map(shown))
}

/// The same for calls that share a message without knowing.
async fn batched(reply: &'static str, change: ChangeBatched) -> [String; 2] {
    let transport = Batched::new(Script::replies(reply), Batching::default(), Tokio);
    let client = change(&Client::from_transport(transport));
    let calls = [client.call("m", ()), client.call("m", ())];
    join_all(calls)
        .await
        .into_iter()
        .map(shown)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

#[tokio::test]
async fn entries_are_forgiven_one_by_one() {
    for (reply, one, two) in [
        (
            r#"[{"result":5,"id":1},{"jsonrpc":"2.0","result":6,"id":"2"}]"#,
            "5",
            "6",
        ),
        (
            r#"[{"jsonrpc":"2.0","error":"no","id":"2"},{"jsonrpc":"2.0","id":1}]"#,
            "null",
            "no (code -32000)",
        ),
        (
            r#"[{"error":{"code":"7","message":"no"}},{"jsonrpc":"2.0","result":6,"id":2}]"#,
            "no (code 7)",
            "6",
        ),
        // Nobody knows whose this is.
        (
            r#"[{"jsonrpc":"2.0","result":5},{"result":6,"id":2}]"#,
            "the batch's reply has no answer to the call with id 1; it has an entry that is not a response (`id` is missing): {\"jsonrpc\":\"2.0\",\"result\":5}",
            "6",
        ),
        // The call has an answer already.
        (
            r#"[{"jsonrpc":"2.0","result":5,"id":1},{"jsonrpc":"2.0","result":7,"id":"1"},{"result":6,"id":2}]"#,
            "5",
            "6",
        ),
    ] {
        let [a, b] = batch(reply, Client::tolerant).await.unwrap();
        assert_eq!((&*a, &*b), (one, two), "{reply}");
        let [a, b] = batched(reply, Client::tolerant).await;
        assert_eq!((&*a, &*b), (one, two), "{reply}");
    }

    let whole = r#"{"jsonrpc":"2.0","error":"no batches","id":null}"#;
    let error = batch(whole, Client::tolerant).await.unwrap_err();
    assert_eq!(
        error.object(),
        Some(&ErrorObject::new(-32000, "no batches"))
    );
    assert_eq!(
        batched(whole, Client::tolerant).await,
        ["no batches (code -32000)"; 2]
    );
}

/// In one batch, `1` and `"1"` are two calls.
#[tokio::test]
async fn an_id_that_may_belong_to_two_calls_belongs_to_none() {
    let client = Script::replies(r#"[{"jsonrpc":"2.0","result":5,"id":"1.0"}]"#)
        .client()
        .tolerant();
    let calls = [client.call("m", ()).id(1), client.call("m", ()).id("1")];
    for outcome in client.batch(calls).await.unwrap().map(shown) {
        assert!(outcome.contains("has no answer"), "{outcome}");
    }
}

#[tokio::test]
async fn a_batch_of_one_call_may_be_answered_without_an_array() {
    let client = Script::replies(r#"{"jsonrpc":"2.0","result":5,"id":1}"#).client();
    let entry = |client: &Client<Script>| [client.call("m", ()).id(1)];
    client
        .batch::<[_; 1]>(entry(&client))
        .await
        .map(|it| it.map(shown))
        .unwrap_err();
    let client = client.tolerant();
    assert_eq!(
        client.batch(entry(&client)).await.unwrap().map(shown),
        ["5"]
    );
}

#[tokio::test]
async fn a_tolerant_client_and_others_share_a_message_and_keep_their_ways() {
    let reply = r#"[{"jsonrpc":"2.0","result":5,"id":"1"},{"jsonrpc":"2.0","result":6,"id":"2"}]"#;
    let transport = Batched::new(Script::replies(reply), Batching::default(), Tokio);
    let strict = Client::from_transport(transport);
    let tolerant = strict.tolerant();
    let (one, two) = tokio::join!(strict.call("m", ()), tolerant.call("m", ()));
    assert!(shown(one).contains("has no answer"));
    assert_eq!(shown(two), "6");
}

#[tokio::test]
async fn checked_messages_and_notifications_are_forgiven_too() {
    let message = r#"{"jsonrpc":"2.0","method":"m","id":1}"#;
    let client = Script::replies(r#"{"result":5,"id":"1"}"#).client();
    client.send(message).checked().await.unwrap_err();
    let tolerant = client.tolerant();
    let reply = tolerant.send(message).checked().await.unwrap();
    assert_eq!(
        reply.as_deref(),
        Some(r#"{"jsonrpc":"2.0","result":5,"id":1}"#)
    );
    let reply = tolerant.send(message).await.unwrap();
    assert_eq!(reply.as_deref(), Some(r#"{"result":5,"id":"1"}"#));

    let refused = Script::replies(r#"{"error":"no such method"}"#).client();
    refused.notify("m", ()).await.unwrap();
    let error = refused.tolerant().notify("m", ()).await.unwrap_err();
    assert_eq!(error.object().unwrap().message(), "no such method");
}

#[tokio::test]
async fn tolerance_goes_with_other_ways_of_a_client() {
    let script = Script::replies(r#"{"result":5,"id":"1"}"#);
    let client = script.client().tolerant().nested("v2.").boxed();
    assert_eq!(client.call::<_, u32>("m", ()).await.unwrap(), 5);
    let old = script.client().tolerant().version_1();
    assert_eq!(old.call::<_, u32>("m", ()).await.unwrap(), 5);
}

#[tokio::test]
async fn what_was_forgiven_is_logged() {
    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let client = Script::replies(r#"{"result":"s3cret","id":"1"}"#)
        .client()
        .tolerant();
    let call = |client: &Client<Script>| client.call::<_, String>("m", ()).id(1);
    let mut lines = Vec::new();
    for _ in 0..2 {
        call(&client).await.unwrap();
        lines.extend(log.lines());
    }
    let faults =
        "forgave a reply faults=`jsonrpc` is not \"2.0\"; the id came back as another JSON type";
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, level) in lines.iter().zip(["WARN", "DEBUG"]) {
        assert!(line.contains(level) && line.contains(faults), "{line}");
        assert!(!line.contains("s3cret"), "{line}");
    }
    // What could not be used was not forgiven.
    client.call::<_, u32>("m", ()).id(7).await.unwrap_err();
    assert_eq!(log.lines(), Vec::<String>::new());
}
