//! JSON-RPC 1.0: next to 2.0 on the server, and as the only version of a client.

use rpc_core::memory::Memory;
use rpc_core::transport::Batched;
use rpc_core::{
    Batching, CallError, Client, Dispatcher, ErrorObject, ProtocolError, RequestMetadata, Server,
};
use serde_json::{Value, json};

use crate::batching::Tokio;
use crate::scripted::Script;

fn server() -> Server<Dispatcher> {
    let service = Dispatcher::new()
        .method("sum", |a: i64, b: i64| async move { a + b })
        .method("nothing", || async {})
        .method("fail", || async {
            Err::<(), _>(ErrorObject::new(7, "it went wrong").with_data(&[1]))
        });
    Server::new(service).version_1(true)
}

async fn reply(message: &str) -> Option<String> {
    reply_of(&server(), message).await
}

async fn reply_of(server: &Server<Dispatcher>, message: &str) -> Option<String> {
    let reply = server
        .handle(message.as_bytes(), RequestMetadata::default())
        .await?;
    Some(String::from_utf8(reply.into_body()).unwrap())
}

const INVALID: &str = r#""error":{"code":-32600,"message":"Invalid Request"}"#;

#[tokio::test]
async fn each_request_is_answered_in_its_own_version() {
    for (message, expected) in [
        (
            r#"{"method":"sum","params":[1,2],"id":1}"#,
            r#"{"result":3,"error":null,"id":1}"#,
        ),
        (
            r#"{"id":1.50,"params":[1,2],"method":"sum"}"#,
            r#"{"result":3,"error":null,"id":1.50}"#,
        ),
        (
            r#"{"method":"nothing","params":[],"id":"a"}"#,
            r#"{"result":null,"error":null,"id":"a"}"#,
        ),
        (
            r#"{"method":"nothing","id":1}"#,
            r#"{"result":null,"error":null,"id":1}"#,
        ),
        (
            r#"{"method":"fail","params":[],"id":1}"#,
            r#"{"result":null,"error":{"code":7,"message":"it went wrong","data":[1]},"id":1}"#,
        ),
        (
            r#"{"method":"none","params":[],"id":1}"#,
            r#"{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"sum","params":[1,2],"id":1}"#,
            r#"{"jsonrpc":"2.0","result":3,"id":1}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"nothing","id":null}"#,
            r#"{"jsonrpc":"2.0","result":null,"id":null}"#,
        ),
        (
            r#"{"method":"rpc.help","params":["rpc.help"],"id":1}"#,
            r#"{"result":"A method's documentation.","error":null,"id":1}"#,
        ),
    ] {
        assert_eq!(reply(message).await.as_deref(), Some(expected), "{message}");
    }
}

/// As in the help of Bitcoin Core, whose 1.0 requests name their version.
#[tokio::test]
async fn a_request_may_say_that_it_is_of_1_0() {
    let server = Server::new(Dispatcher::new().method("getblockcount", || async { 840_000 }));
    let server = server.version_1(true);
    let message =
        r#"{"jsonrpc": "1.0", "id": "curltest", "method": "getblockcount", "params": []}"#;
    let expected = r#"{"result":840000,"error":null,"id":"curltest"}"#;
    assert_eq!(reply_of(&server, message).await.as_deref(), Some(expected));
    for (message, expected) in [
        (
            r#"{"method":"sum","params":[1,2],"id":1,"jsonrpc":"1\u002e0"}"#,
            r#"{"result":3,"error":null,"id":1}"#.to_owned(),
        ),
        (
            r#"{"jsonrpc":"1.0","method":"none","id":1}"#,
            r#"{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}"#
                .to_owned(),
        ),
        (
            r#"{"jsonrpc":"1.0","method":"sum","params":{"a":1,"b":2},"id":1}"#,
            format!(r#"{{"result":null,{INVALID},"id":1}}"#),
        ),
        (
            r#"[{"jsonrpc":"1.0","method":"sum","params":[1,2],"id":1},{"jsonrpc":"1.0","method":"sum","params":[1,2],"id":null}]"#,
            r#"[{"result":3,"error":null,"id":1}]"#.to_owned(),
        ),
        // The 1.1 draft has a member of its own, which 1.0 does not know.
        (
            r#"{"version":"1.1","method":"sum","params":[1,2],"id":1}"#,
            r#"{"result":3,"error":null,"id":1}"#.to_owned(),
        ),
        (
            r#"{"jsonrpc":"1.0","id":1}"#,
            format!(r#"{{"jsonrpc":"2.0",{INVALID},"id":1}}"#),
        ),
        (
            r#"{"jsonrpc":"1.1","method":"sum","params":[1,2],"id":1}"#,
            format!(r#"{{"jsonrpc":"2.0",{INVALID},"id":1}}"#),
        ),
        (
            r#"{"jsonrpc":1.0,"method":"sum","params":[1,2],"id":1}"#,
            format!(r#"{{"jsonrpc":"2.0",{INVALID},"id":1}}"#),
        ),
    ] {
        assert_eq!(
            reply_of(&self::server(), message).await,
            Some(expected),
            "{message}"
        );
    }
    let notification = r#"{"jsonrpc":"1.0","method":"sum","params":[1,2],"id":null}"#;
    assert_eq!(reply(notification).await, None);
    let off = self::server().version_1(false);
    let reply = reply_of(&off, message).await.unwrap();
    assert!(
        reply.starts_with(r#"{"jsonrpc":"2.0","error":{"code":-32600,"#),
        "{reply}"
    );
}

#[tokio::test]
async fn an_id_of_null_makes_a_notification_and_it_is_silent() {
    for message in [
        r#"{"method":"sum","params":[1,2],"id":null}"#,
        r#"{"id":null,"method":"fail","params":[]}"#,
        r#"{"method":"none","params":[],"id":null}"#,
        r#"{"method":"sum","params":["x"],"id":null}"#,
    ] {
        assert_eq!(reply(message).await, None, "{message}");
    }
}

#[tokio::test]
async fn an_invalid_request_of_1_0_keeps_its_id() {
    for (message, id) in [
        (r#"{"method":"sum","params":{"a":1,"b":2},"id":1}"#, "1"),
        (r#"{"method":"sum","params":{"a":1},"id":null}"#, "null"),
        (r#"{"method":"sum","params":[1,2]}"#, "null"),
        (r#"{"method":"sum","params":7,"id":[1]}"#, "[1]"),
        (r#"{"id":[1],"method":"sum","params":7}"#, "[1]"),
        (
            r#"{"id":[1],"method":"sum","params":{},"jsonrpc":"1.0"}"#,
            "[1]",
        ),
        (r#"{"method":"sum","params":[1,2],"id":[1],"id":2}"#, "null"),
        (r#"{"method":"sum","params":[1,2],"id":2,"id":{}}"#, "null"),
        (r#"{"method":"sum","params":7,"id":"x"}"#, r#""x""#),
        (r#"{"method":1,"params":[],"id":2.5}"#, "2.5"),
    ] {
        let expected = format!(r#"{{"result":null,{INVALID},"id":{id}}}"#);
        assert_eq!(reply(message).await, Some(expected), "{message}");
    }
}

/// "The request id. This can be of any type", section 1.1 of its specification.
#[tokio::test]
async fn an_id_of_1_0_is_any_json() {
    for id in [r#"{"a": 1}"#, "[1,[]]", "true", "false", "{}"] {
        let message = format!(r#"{{"method":"sum","params":[1,2],"id":{id}}}"#);
        let expected = format!(r#"{{"result":3,"error":null,"id":{id}}}"#);
        assert_eq!(reply(&message).await, Some(expected));
        let first = format!(r#"[{{"id":{id},"method":"none","jsonrpc":"1.0"}}]"#);
        let expected = format!(
            r#"[{{"result":null,"error":{{"code":-32601,"message":"Method not found"}},"id":{id}}}]"#
        );
        assert_eq!(reply(&first).await, Some(expected));
        for of_2_0 in [
            format!(r#"{{"jsonrpc":"2.0","method":"sum","params":[1,2],"id":{id}}}"#),
            format!(r#"{{"id":{id},"jsonrpc":"2.0","method":"sum","params":[1,2]}}"#),
            format!(r#"{{"id":{id},"method":1}}"#),
        ] {
            let answer = reply(&of_2_0).await.unwrap();
            assert!(answer.contains(INVALID), "{of_2_0}: {answer}");
        }
        let off = reply_of(&server().version_1(false), &message).await;
        let expected = format!(r#"{{"jsonrpc":"2.0",{INVALID},"id":null}}"#);
        assert_eq!(off, Some(expected));
    }
}

#[tokio::test]
async fn a_request_without_a_method_has_no_version() {
    for (message, id) in [(r#"{"foo":"boo","id":1}"#, "1"), ("1", "null")] {
        let expected = format!(r#"{{"jsonrpc":"2.0",{INVALID},"id":{id}}}"#);
        assert_eq!(reply(message).await, Some(expected), "{message}");
    }
    let no_json = reply(r#"{"method":"sum","#).await.unwrap();
    assert!(
        no_json.starts_with(r#"{"jsonrpc":"2.0","error":{"code":-32700"#),
        "{no_json}"
    );
}

#[tokio::test]
async fn a_batch_may_mix_versions_and_a_bad_entry_affects_no_other() {
    let batch = concat!(
        r#"[{"method":"sum","params":[1,2],"id":1},{"jsonrpc":"2.0","method":"sum","params":[3,4],"id":2},"#,
        r#"{"method":"sum","params":[5,6],"id":null},{"method":"sum","params":{},"id":3},7]"#
    );
    let expected = format!(
        r#"[{{"result":3,"error":null,"id":1}},{{"jsonrpc":"2.0","result":7,"id":2}},{{"result":null,{INVALID},"id":3}},{{"jsonrpc":"2.0",{INVALID},"id":null}}]"#
    );
    assert_eq!(reply(batch).await, Some(expected));
}

#[tokio::test]
async fn it_must_be_switched_on() {
    let server = server().version_1(false);
    let message = r#"{"method":"sum","params":[1,2],"id":1}"#;
    let expected = format!(r#"{{"jsonrpc":"2.0",{INVALID},"id":1}}"#);
    assert_eq!(reply_of(&server, message).await, Some(expected));
}

#[tokio::test]
async fn a_client_speaks_1_0_with_a_server_that_does() {
    let client = Client::from_transport(Memory::new(server())).version_1();
    assert_eq!(client.call::<_, i64>("sum", (1, 2)).await.unwrap(), 3);
    client.call::<_, ()>("nothing", ()).await.unwrap();
    client.notify("fail", ()).await.unwrap();
    let error = client.call::<_, ()>("fail", ()).await.unwrap_err();
    let error = error.object().unwrap();
    assert_eq!((error.code(), error.message()), (7, "it went wrong"));
    let batch = (
        client.call::<_, i64>("sum", (1, 2)),
        client.notify("nothing", ()),
        client.call::<_, i64>("sum", (3, 4)),
    );
    let (three, silent, seven) = client.batch(batch).await.unwrap();
    silent.unwrap();
    assert_eq!((three.unwrap(), seven.unwrap()), (3, 7));
}

#[tokio::test]
async fn a_raw_notification_is_checked_as_one() {
    let client = Client::from_transport(Memory::new(server())).version_1();
    for silent in [
        r#"{"method":"nothing","params":[],"id":null}"#,
        r#"{"jsonrpc":"1.0","method":"nothing","id":null}"#,
        r#"{"jsonrpc":"2.0","method":"nothing"}"#,
        r#"[{"method":"nothing","params":[],"id":null},{"jsonrpc":"2.0","method":"nothing"}]"#,
    ] {
        let reply = client.send(silent).checked().await;
        assert_eq!(reply.unwrap(), None, "{silent}");
    }
    let batch =
        r#"[{"method":"sum","params":[1,2],"id":1},{"method":"nothing","params":[],"id":null}]"#;
    let reply = client.send(batch).checked().await.unwrap();
    assert_eq!(
        reply.as_deref(),
        Some(r#"[{"jsonrpc":"2.0","result":3,"id":1}]"#)
    );
    // The server answers it, but there is no way to know that this is the answer to this call.
    let compound = r#"{"method":"sum","params":[1,2],"id":[1]}"#;
    assert!(client.send(compound).await.unwrap().is_some());
    let error = client.send(compound).checked().await.unwrap_err();
    assert!(error.is_protocol(), "{error}");
}

#[tokio::test]
async fn a_client_of_1_0_sends_only_what_1_0_supports() {
    let script = Script::replies(r#"{"result":1,"error":null,"id":1}"#);
    let client = script.client().version_1();
    client.call::<_, u8>("m", (1, "a")).await.unwrap();
    client.call::<_, u8>("m", ()).id(1).await.unwrap();
    client.notify("m", [1]).await.unwrap();
    client.send(r#"{"method":"by hand"}"#).await.unwrap();
    let null = r#"{"jsonrpc":"2.0","method":"m","params":null,"id":"a"}"#;
    client.send(null).await.unwrap();
    let silent = r#"{"method":"by hand","params":[],"id":null}"#;
    client.send(silent).await.unwrap();
    let expects_reply = script.messages().into_iter().map(|it| it.expects_reply);
    assert_eq!(
        expects_reply.collect::<Vec<_>>(),
        [true, true, false, true, true, false]
    );
    assert_eq!(
        script.sent(),
        [
            r#"{"method":"m","params":[1,"a"],"id":1}"#,
            r#"{"method":"m","params":[],"id":1}"#,
            r#"{"method":"m","params":[1],"id":null}"#,
            r#"{"method":"by hand"}"#,
            r#"{"method":"m","params":[],"id":"a"}"#,
            silent,
        ]
    );

    let by_name = client
        .call::<_, u8>("m", json!({ "a": 1 }))
        .await
        .unwrap_err();
    assert_eq!(
        by_name.to_string(),
        "m: JSON-RPC 1.0 only has params by position"
    );
    assert!(matches!(
        by_name.protocol(),
        Some(ProtocolError::NamedParams)
    ));
    assert_eq!(script.sent().len(), 6);
}

#[tokio::test]
async fn a_client_of_1_0_understands_every_answer() {
    let answer = async |reply: &'static str| {
        let client = Script::replies(reply).client().version_1();
        client.call::<_, Value>("m", ()).await
    };
    for (reply, result) in [
        (
            r#"{"id":1,"error":null,"result":{"a":[1.0]}}"#,
            json!({ "a": [1.0] }),
        ),
        (r#"{"result":null,"error":null,"id":1}"#, Value::Null),
        (r#"{"result":1,"id":1}"#, json!(1)),
        (r#"{"jsonrpc":"2.0","result":2,"id":1}"#, json!(2)),
        (
            r#"{"jsonrpc":"1.0","result":4,"error":null,"id":1}"#,
            json!(4),
        ),
        ("\u{feff}{\"result\":3,\"error\":null,\"id\":1}", json!(3)),
    ] {
        assert_eq!(answer(reply).await.unwrap(), result, "{reply}");
    }
    for (reply, error) in [
        (
            r#"{"result":null,"error":{"code":3,"message":"no","data":1},"id":1}"#,
            ErrorObject::new(3, "no").with_data(&1),
        ),
        (
            r#"{"result":null,"error":"plain \"text\"","id":1}"#,
            ErrorObject::new(-32000, "plain \"text\""),
        ),
        (
            r#"{"result":null,"error":{"name":"E"},"id":1}"#,
            ErrorObject::new(-32000, "Server error").with_data(&json!({ "name": "E" })),
        ),
        (
            r#"{"error":[1],"id":1}"#,
            ErrorObject::new(-32000, "Server error").with_data(&[1]),
        ),
    ] {
        let Err(CallError::Object(object)) = answer(reply).await else {
            panic!("{reply}")
        };
        assert_eq!(object, error, "{reply}");
    }
    for reply in [
        "",
        "<html>",
        "[]",
        "[null,1,null,1]",
        r#"{"result":1}"#,
        r#"{"jsonrpc":"1.1","result":1,"id":1}"#,
        r#"{"id":1}"#,
        r#"{"error":null,"id":1}"#,
        r#"{"method":"m","params":[],"id":1}"#,
        r#"{"result":5,"error":"x","id":1}"#,
        r#"{"result":1,"error":null,"id":2}"#,
    ] {
        let error = answer(reply).await.unwrap_err();
        assert!(matches!(error, CallError::Protocol(_)), "{reply} {error:?}");
    }
}

#[tokio::test]
async fn calls_of_1_0_are_not_batched_automatically() {
    let script = Script::replies(r#"{"result":1,"error":null,"id":7}"#);
    let batched = Batched::new(script.clone(), Batching::default(), Tokio);
    let client = Client::from_transport(batched).version_1();
    let call = || client.call::<_, u8>("m", ()).id(7);
    let (one, two) = tokio::join!(call(), call());
    assert_eq!((one.unwrap(), two.unwrap()), (1, 1));
    assert_eq!(script.sent().len(), 2);
}
