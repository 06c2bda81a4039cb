//! Calls, batches and notifications that a relay passes on.

use rpc_core::{Dispatcher, Server, memory};

use super::*;
use crate::scripted::Script;
use crate::streams::feed::until;

/// The answer of a relay, to bytes.
async fn relayed(script: &Script, message: &str) -> String {
    let server = Server::new(relay(script.client()));
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    let reply = reply.map(|reply| reply.into_body()).unwrap_or_default();
    String::from_utf8(reply).unwrap()
}

/// Params and results that would not survive if they were read and written again.
const TEXTS: [&str; 8] = [
    "[1.0e5,12345678901234567890,-0,1E400]",
    r#"[123456789012345678901234567890.123456789012345678901234567890]"#,
    r#"{"b":1,"a":2,"b":3}"#,
    r#"["\u0041\ud83c\udf75\/","é"]"#,
    "[ [ ] , { \"a\" :\n1 } ]",
    "[]",
    "{}",
    "[[[[[[[[null]]]]]]]]",
];

#[tokio::test]
async fn texts_pass_untouched() {
    for text in TEXTS {
        let result = format!(r#"{{"jsonrpc":"2.0","result":{text},"id":1}}"#);
        let script = Script::replies(result.clone());
        let message = format!(r#"{{"jsonrpc":"2.0","method":"any","params":{text},"id":1}}"#);
        assert_eq!(relayed(&script, &message).await, result);
        assert_eq!(script.sent(), [&*message]);
        // The params may come before the method.
        let message = format!(r#"{{"params":{text},"id":1,"method":"any","jsonrpc":"2.0"}}"#);
        assert_eq!(relayed(&script, &message).await, result);
    }
    for result in [
        "1.0e5",
        "12345678901234567890",
        "null",
        r#""\u0041""#,
        "true",
    ] {
        let reply = format!(r#"{{"jsonrpc":"2.0","result":{result},"id":1}}"#);
        let script = Script::replies(reply.clone());
        let message = r#"{"jsonrpc":"2.0","method":"any","id":1}"#;
        assert_eq!(relayed(&script, message).await, reply);
        assert_eq!(script.sent(), [message]);
    }
}

/// The call behind has an id of its own.
#[tokio::test]
async fn ids_belong_to_each_side() {
    let script = Script::replies(r#"{"jsonrpc":"2.0","result":true,"id":1}"#);
    for id in [
        "7",
        "7.50",
        "-0",
        "12345678901234567890123",
        r#""a""#,
        r#""\u00e9 \"""#,
        "null",
    ] {
        let message = format!(r#"{{"jsonrpc":"2.0","method":"any","id":{id}}}"#);
        let expected = format!(r#"{{"jsonrpc":"2.0","result":true,"id":{id}}}"#);
        assert_eq!(relayed(&script, &message).await, expected);
    }
    let behind = r#"{"jsonrpc":"2.0","method":"any","id":1}"#;
    assert!(script.sent().iter().all(|sent| sent == behind));
}

#[tokio::test]
async fn names_and_error_objects_pass_untouched() {
    for error in [
        r#"{"code":1001,"message":"only 3 left","data":{"left":3.0e0}}"#,
        r#"{"code":-32601,"message":"Method not found"}"#,
        r#"{"code":-32602,"message":"Invalid params","data":"missing parameter `a`"}"#,
        r#"{"code":-32603,"message":"Internal error"}"#,
        r#"{"code":-32000,"message":"","data":null}"#,
        r#"{"code":-32009,"message":"busy"}"#,
    ] {
        let reply = format!(r#"{{"jsonrpc":"2.0","error":{error},"id":1}}"#);
        let script = Script::replies(reply.clone());
        for name in ["a", "", "eth_subscribe", "odd name.*", r#"\"\\\u0001"#] {
            let message = format!(r#"{{"jsonrpc":"2.0","method":"{name}","params":["x"],"id":1}}"#);
            assert_eq!(relayed(&script, &message).await, reply, "{name}");
            assert_eq!(script.sent().last(), Some(&message));
        }
    }
}

#[tokio::test]
async fn a_server_answers_what_is_not_a_call_by_itself() {
    let script = Script::silent();
    for (message, answer) in [
        (
            "{",
            r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":1,"id":5}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":5}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"a","params":1,"id":5}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":5}"#,
        ),
    ] {
        assert_eq!(relayed(&script, message).await, answer);
    }
    assert_eq!(script.sent(), [""; 0]);
}

#[tokio::test]
async fn notifications_stay_notifications() {
    let script = Script::silent();
    let message = r#"{"jsonrpc":"2.0","method":"note","params":["x"]}"#;
    assert_eq!(relayed(&script, message).await, "");
    assert!(!script.only().expects_reply);
    assert_eq!(script.sent(), [message]);
    // Nobody learns of one that fails.
    let refusing = Script::replies(
        r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#,
    );
    assert_eq!(relayed(&refusing, message).await, "");
}

/// One by one, so that they spread over many servers; and at the same time.
#[tokio::test]
async fn entries_of_a_batch_are_passed_on_one_by_one() {
    let (behind, watch) = shop().await;
    let front = Front::start(relay(behind.lean())).await;
    let message = r#"[{"jsonrpc":"2.0","method":"shop.meet","params":[3],"id":"a"},
        {"jsonrpc":"2.0","method":"shop.note","params":["x"]}, 1,
        {"jsonrpc":"2.0","method":"shop.meet","params":[3],"id":2},
        {"jsonrpc":"2.0","method":"shop.none","id":3},
        {"jsonrpc":"2.0","method":"shop.meet","params":[3],"id":4}]"#;
    let reply = answer(&front.lean(), message).await;
    let reply: serde_json::Value = serde_json::from_str(&reply).unwrap();
    let ids: Vec<_> = reply
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert_eq!(serde_json::to_string(&ids).unwrap(), r#"["a",null,2,3,4]"#);
    assert_eq!(reply[1]["error"]["code"], -32600);
    assert_eq!(reply[3]["error"]["code"], -32601);
    let mut met: Vec<_> = [0, 2, 4].map(|at| reply[at]["result"].as_u64()).into();
    met.sort_unstable();
    assert_eq!(met, [Some(1), Some(2), Some(3)]);
    until(|| watch.notes.lock().unwrap().len() == 1).await;
}

/// HTTP, a WebSocket and memory in front.
#[tokio::test]
async fn typed_clients_call_through_a_relay() {
    let (behind, watch) = shop().await;
    let front = Front::start(relay(behind.lean())).await;
    typed(ShopClient::new(front.lean()), &watch, 1).await;
    typed(ShopClient::new(front.ws()), &watch, 2).await;
    typed(
        ShopClient::new(memory::connect(relay(behind.ws()))),
        &watch,
        3,
    )
    .await;
    // Behind another relay.
    let second = Front::start(relay(front.lean())).await;
    typed(ShopClient::new(second.ws()), &watch, 4).await;
}

async fn typed<T: Transport>(shop: ShopClient<T>, watch: &Watch, round: usize) {
    let large = "tea \"\u{1f375}\"\n".repeat(100_000);
    within(async {
        assert_eq!(shop.echo(&large).await.unwrap(), large);
        let error = shop.fail().await.unwrap_err();
        assert_eq!(error.method(), Some(&ShopError::SoldOut { left: 3 }));
        let value = RawValue::from_string("[1.0e5]".to_owned()).unwrap();
        assert_eq!(shop.same(&value).await.unwrap().get(), "[1.0e5]");
        shop.note("seen").await.unwrap();
    })
    .await;
    until(|| watch.notes.lock().unwrap().len() == round).await;
}

/// The methods of the server behind are described, and not the relay.
#[tokio::test]
async fn introspection_is_that_of_the_server_behind() {
    let behind = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    let direct = memory::connect(behind);
    let front = memory::connect(relay(direct.clone()));
    for message in [
        r#"{"jsonrpc":"2.0","method":"rpc.methods","id":1}"#,
        r#"{"jsonrpc":"2.0","method":"rpc.help","params":["add"],"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"rpc.signature","params":{"method":"add"},"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"rpc.nothing","id":1}"#,
    ] {
        assert_eq!(
            answer(&front, message).await,
            answer(&direct, message).await
        );
    }
}

#[tokio::test]
async fn headers_that_follow_a_call_are_passed_on_and_others_if_they_are_named() {
    let (behind, _watch) = shop().await;
    let plain = Front::start(relay(behind.lean())).await;
    let tenant = http::HeaderName::from_static("x-tenant");
    let named = relay(behind.lean())
        .forward_header(http::header::AUTHORIZATION)
        .forward_header(tenant);
    let named = Front::start(named).await;
    for (name, by_default) in [
        ("traceparent", true),
        ("tracestate", true),
        ("baggage", true),
        ("x-request-id", true),
        ("authorization", false),
        ("x-tenant", false),
        ("cookie", false),
    ] {
        let seen = async |front: &Front| {
            let call = ShopClient::new(front.lean()).seen(name);
            let call = call.header(name, "one").header(name, "two");
            within(call.into_future()).await.unwrap().0
        };
        let passed = ["one", "two"].map(str::to_owned).to_vec();
        let expected = |is_passed| {
            if is_passed {
                passed.clone()
            } else {
                Vec::new()
            }
        };
        assert_eq!(seen(&plain).await, expected(by_default), "{name}");
        assert_eq!(seen(&named).await, expected(name != "cookie"), "{name}");
    }
}

#[tokio::test]
async fn headers_of_any_name_are_passed_on_if_they_are_accepted() {
    let (behind, _watch) = shop().await;
    let accepting = relay(behind.lean())
        .forward_header(http::header::AUTHORIZATION)
        .forward_headers(|name| name.as_str().starts_with("x-"));
    let front = Front::start(accepting).await;
    for (name, is_passed) in [
        ("x-tenant", true),
        ("x-request-id", true),
        ("authorization", true),
        ("traceparent", true),
        ("cookie", false),
        ("tenant", false),
    ] {
        let call = ShopClient::new(front.lean()).seen(name);
        let call = call.header(name, "one").header(name, "two");
        let seen = within(call.into_future()).await.unwrap().0;
        let expected: &[&str] = if is_passed { &["one", "two"] } else { &[] };
        assert_eq!(seen, expected, "{name}");
    }
}
