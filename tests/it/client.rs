//! Calls and notifications: what is sent, to the byte, and what is said with it.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use rpc_core::contract::ParamsStyle;
use rpc_core::transport::{TransportReply, TransportRequest};
use rpc_core::{Client, EncodeError, Id, Transport, ids};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::scripted::{Broken, Script};
use crate::shop::*;

const NULL_RESULT: &str = r#"{"jsonrpc":"2.0","result":null,"id":1}"#;

/// What a stub's call puts on the wire. The reply does not matter.
macro_rules! sent {
    ($stub:ident => $call:expr) => {{
        let script = Script::replies(NULL_RESULT);
        let $stub = OrdersClient::new(script.client());
        drop($call.await);
        script.sent().concat()
    }};
}

#[tokio::test]
async fn a_call_by_position() {
    assert_eq!(
        sent!(orders => orders.place("t\"é\n", 2)),
        r#"{"jsonrpc":"2.0","method":"orders.place","params":["t\"é\n",2],"id":1}"#
    );
}

#[tokio::test]
async fn a_call_without_params_leaves_the_member_out() {
    assert_eq!(
        sent!(orders => orders.whoami()),
        r#"{"jsonrpc":"2.0","method":"orders.whoami","id":1}"#
    );
}

#[tokio::test]
async fn a_call_by_name() {
    let raw = RawValue::from_string("[1, 2]".into()).unwrap();
    let order = Order {
        id: OrderId(1),
        item: "tea".into(),
    };
    assert_eq!(
        sent!(orders => orders.everything("k".into(), &[OrderId(3)], &order, &raw, None, "s", 7)),
        concat!(
            r#"{"jsonrpc":"2.0","method":"orders.everything","params":{"type":"k","list":[3],"#,
            r#""order":{"id":1,"item":"tea"},"raw":[1, 2],"side":"s","count":7},"id":1}"#,
        )
    );
}

#[tokio::test]
async fn a_flattened_struct_is_the_params_object() {
    let search = Search {
        text: "tea".into(),
        limit: None,
    };
    assert_eq!(
        sent!(orders => orders.search(search)),
        r#"{"jsonrpc":"2.0","method":"orders.search","params":{"text":"tea"},"id":1}"#
    );
}

#[tokio::test]
async fn notifications_have_no_id_and_take_none() {
    let script = Script::silent();
    let orders = OrdersClient::new(script.client());
    orders.seen("p").await.unwrap();
    orders.place("tea", 2).notify().await.unwrap();
    orders.place("tea", 2).id("mine").notify().await.unwrap();
    script.client().notify("tick", ()).await.unwrap();
    assert_eq!(
        script.sent(),
        [
            r#"{"jsonrpc":"2.0","method":"orders.seen","params":["p"]}"#,
            r#"{"jsonrpc":"2.0","method":"orders.place","params":["tea",2]}"#,
            r#"{"jsonrpc":"2.0","method":"orders.place","params":["tea",2]}"#,
            r#"{"jsonrpc":"2.0","method":"tick"}"#,
        ]
    );
    assert!(script.messages().iter().all(|sent| !sent.expects_reply));

    drop(orders.place("tea", 2).await);
    assert_eq!(
        script.sent().last().unwrap(),
        r#"{"jsonrpc":"2.0","method":"orders.place","params":["tea",2],"id":1}"#
    );
    assert!(script.messages().last().unwrap().expects_reply);
}

/// What `Client::call` makes of some params.
async fn untyped(params: impl Serialize) -> String {
    let script = Script::replies(NULL_RESULT);
    script.client().call::<_, ()>("m", params).await.unwrap();
    let sent = script.sent().concat();
    let members = sent
        .strip_prefix(r#"{"jsonrpc":"2.0","method":"m""#)
        .unwrap();
    members.strip_suffix(r#","id":1}"#).unwrap().to_owned()
}

#[tokio::test]
async fn untyped_params() {
    #[derive(Serialize)]
    struct Point {
        x: i32,
        y: i32,
    }

    assert_eq!(untyped(("tea", 2)).await, r#","params":["tea",2]"#);
    assert_eq!(untyped(("tea",)).await, r#","params":["tea"]"#);
    assert_eq!(untyped([1, 2]).await, r#","params":[1,2]"#);
    assert_eq!(untyped(&[1, 2][..]).await, r#","params":[1,2]"#);
    assert_eq!(untyped(vec![0; 0]).await, r#","params":[]"#);
    assert_eq!(
        untyped(Point { x: 1, y: 2 }).await,
        r#","params":{"x":1,"y":2}"#
    );
    assert_eq!(
        untyped(BTreeMap::from([("x", 1)])).await,
        r#","params":{"x":1}"#
    );
    assert_eq!(untyped(json!({"x": null})).await, r#","params":{"x":null}"#);
    assert_eq!(untyped(()).await, "");
    assert_eq!(untyped(Value::Null).await, "");
    assert_eq!(untyped(None::<Point>).await, "");
}

#[tokio::test]
async fn params_that_are_neither_array_nor_object_are_refused() {
    let script = Script::silent();
    let client = script.client();
    let scalars = [json!("tea"), json!(1), json!(-1), json!(true), json!(false)];
    for scalar in scalars {
        let error = client.call::<_, ()>("m", &scalar).await.unwrap_err();
        assert!(
            matches!(error.encode(), Some(EncodeError::Shape)),
            "{scalar}"
        );
        let error = client.notify("m", &scalar).await.unwrap_err();
        assert!(
            matches!(error.encode(), Some(EncodeError::Shape)),
            "{scalar}"
        );
    }
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn params_that_fail_to_serialise_are_not_sent() {
    let script = Script::silent();
    let client = script.client();
    let error = client.call::<_, ()>("m", (1, Broken)).await.unwrap_err();
    assert!(matches!(error.encode(), Some(EncodeError::Params(_))));
    assert_eq!(error.to_string(), "m: the params could not be serialised");
    assert_eq!(error.source().unwrap().to_string(), "it is broken");
    let error = client.notify("m", (1, Broken)).await.unwrap_err();
    assert!(matches!(error.encode(), Some(EncodeError::Params(_))));
    assert!(script.sent().is_empty());

    // What was not sent has not taken an id.
    drop(client.call::<_, ()>("m", ()).await);
    assert_eq!(script.sent(), [r#"{"jsonrpc":"2.0","method":"m","id":1}"#]);
}

#[tokio::test]
async fn headers_that_are_not_allowed_fail_the_call() {
    let script = Script::silent();
    let client = script.client();
    for (name, value) in [("x shop", "north"), ("x-shop", "no\nrth"), ("", "north")] {
        let call = client.call::<_, ()>("m", ()).header(name, value);
        let error = call.header("x-fine", "1").await.unwrap_err();
        assert!(matches!(error.encode(), Some(EncodeError::Header(_))));
        assert!(error.source().is_some());
        let error = client.notify("m", ()).header(name, value).await;
        assert!(matches!(
            error.unwrap_err().encode(),
            Some(EncodeError::Header(_))
        ));
    }
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn options_reach_the_transport() {
    let script = Script::replies(r#"{"jsonrpc":"2.0","result":null,"id":"mine"}"#);
    let orders = OrdersClient::new(script.client());
    let mut more = HeaderMap::new();
    more.append("x-many", HeaderValue::from_static("1"));
    more.append("x-many", HeaderValue::from_static("2"));
    let call = orders
        .place("tea", 2)
        .timeout(Duration::from_secs(9))
        .timeout(Duration::from_secs(1))
        .header("x-shop", "north")
        .header(HeaderName::from_static("x-many"), String::from("0"))
        .headers(&more)
        .id("mine");
    drop(call.await);
    let TransportRequest {
        body,
        headers,
        timeout,
        expects_reply,
        ..
    } = script.only();
    assert_eq!(
        String::from_utf8(body).unwrap(),
        r#"{"jsonrpc":"2.0","method":"orders.place","params":["tea",2],"id":"mine"}"#
    );
    assert_eq!(headers["x-shop"], "north");
    let many: Vec<_> = headers.get_all("x-many").iter().collect();
    assert_eq!(many, ["0", "1", "2"]);
    assert_eq!(timeout, Some(Duration::from_secs(1)));
    assert!(expects_reply);
}

#[tokio::test]
async fn options_of_a_notification_reach_the_transport() {
    let script = Script::silent();
    let orders = OrdersClient::new(script.client());
    let call = orders.place("tea", 2).header("x-before", "1").notify();
    call.header("x-after", "2")
        .timeout(Duration::from_secs(1))
        .await
        .unwrap();
    let sent = script.only();
    assert_eq!(sent.headers["x-before"], "1");
    assert_eq!(sent.headers["x-after"], "2");
    assert_eq!(sent.timeout, Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn by_default_nothing_is_said_with_a_call() {
    let script = Script::replies(NULL_RESULT);
    script.client().call::<_, ()>("m", ()).await.unwrap();
    assert!(script.only().headers.is_empty());
    assert_eq!(script.only().timeout, None);
}

#[tokio::test]
async fn clones_and_boxed_clients_share_ids_and_transport() {
    let script = Script::silent();
    let client = script.client();
    let orders = OrdersClient::new(client.clone());
    let boxed = client.clone().boxed();
    let boxed_orders = OrdersClient::new(boxed.clone());
    drop(client.call::<_, ()>("m", ()).await);
    drop(orders.clone().whoami().await);
    drop(boxed.call::<_, ()>("m", ()).await);
    drop(boxed_orders.whoami().await);
    drop(client.call::<_, ()>("m", ()).await);
    let ids: Vec<Value> = script
        .sent()
        .iter()
        .map(|sent| serde_json::from_str::<Value>(sent).unwrap()["id"].take())
        .collect();
    assert_eq!(ids, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_boxed_client_passes_everything_on() {
    let script = Script::replies(NULL_RESULT);
    let boxed = script.client().boxed();
    let call = boxed.call::<_, ()>("m", ()).header("x-shop", "north");
    call.timeout(Duration::from_secs(1)).await.unwrap();
    boxed.notify("m", ()).await.unwrap();
    let sent = script.messages();
    assert_eq!(sent[0].headers["x-shop"], "north");
    assert_eq!(sent[0].timeout, Some(Duration::from_secs(1)));
    assert!(!sent[1].expects_reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_send_and_owe_nothing_to_the_stub() {
    let script = Script::replies(NULL_RESULT);
    let mut tasks = Vec::new();
    {
        let item = String::from("tea");
        let client = script.client();
        let orders = OrdersClient::new(client.clone());
        let (call, seen) = (orders.place(&item, 2).id(1), orders.seen(&item));
        let batch = client.batch((client.call::<_, ()>("m", [&item]).id(1), seen));
        tasks.push(tokio::spawn(async move { call.await.is_err() }));
        tasks.push(tokio::spawn(async move { batch.await.is_err() }));
        tasks.push(tokio::spawn(async move {
            client.notify("m", ()).await.is_err()
        }));
    }
    let mut failed = Vec::new();
    for task in tasks {
        failed.push(task.await.unwrap());
    }
    // `null` is neither an order's number nor a batch.
    assert_eq!(failed, [true, true, false]);
    assert_eq!(script.sent().len(), 3);
}

#[tokio::test]
async fn a_call_that_is_not_awaited_is_not_sent() {
    let script = Script::silent();
    drop(OrdersClient::new(script.client()).place("tea", 2));
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn messages_as_they_are() {
    let reply = "\u{feff} {\"anything\": 1}\n";
    let script = Script::replies(reply);
    let client = script.client();
    assert_eq!(client.send("{ not json").await.unwrap().unwrap(), reply);
    assert_eq!(client.send(json!([1])).await.unwrap().unwrap(), reply);
    assert_eq!(script.sent(), ["{ not json", "[1]"]);

    assert_eq!(Script::silent().client().send("x").await.unwrap(), None);
    let error = Script::replies(&b"\xff"[..]).client().send("x").await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "a message: the reply is not UTF-8 at byte offset 0"
    );
}

#[tokio::test]
async fn a_transport_needs_one_function() {
    /// Answers every call with its own message.
    struct Echo;

    impl Transport for Echo {
        async fn send(
            &self,
            message: TransportRequest,
        ) -> Result<TransportReply, rpc_core::transport::TransportFailure> {
            let mut reply = br#"{"jsonrpc":"2.0","id":7,"result":"#.to_vec();
            reply.extend_from_slice(&message.body);
            reply.push(b'}');
            Ok(TransportReply::new(reply))
        }
    }

    let client = Client::with_ids(Echo, ids::Counter::starting_at(7));
    let echo: Value = client.call("m", [1]).await.unwrap();
    assert_eq!(
        echo,
        json!({"jsonrpc": "2.0", "method": "m", "params": [1], "id": 7})
    );
}

#[test]
fn debug_output_shows_no_payload() {
    let client = Script::silent().client();
    let call = client.call::<_, ()>("m", ["s3cret"]).id(Id::from(3));
    let shown = format!("{call:?} {client:?} {:?}", client.notify("m", ["s3cret"]));
    assert!(shown.contains("Id(3)"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn debug_output_shows_no_credentials() {
    let script = Script::replies(r#"[{"jsonrpc":"2.0","result":null,"id":1}]"#);
    let client = script.client();
    let raw = r#"{"jsonrpc":"2.0","method":"m","params":["s3cret"]}"#;
    let call = client.call::<_, ()>("m", ["s3cret"]);
    let notification = client.notify("m", ["s3cret"]);
    let batch = client.batch([client.call::<_, ()>("m", ["s3cret"])]);
    let bearer = "Bearer s3cret";
    let call = call
        .header("authorization", bearer)
        .header("x-shop", "north");
    let notification = notification.header("cookie", "id=s3cret");
    let batch = batch.header("authorization", bearer);
    let sent = client.send(raw).header("x-api-key", "s3cret");
    for shown in [
        format!("{call:?}"),
        format!("{notification:?}"),
        format!("{batch:?}"),
        format!("{sent:?} {:?}", rpc_core::client::RawMessage::from(raw)),
    ] {
        assert!(
            shown.contains("***") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
    assert!(format!("{call:?}").contains("north"), "{call:?}");
    let [done] = batch.await.unwrap();
    done.unwrap();
    let outgoing = format!("{:?}", script.only());
    let bytes = format!("{:?}", b"s3cret").replace(['[', ']'], "");
    assert!(
        outgoing.contains("***") && !outgoing.contains(bearer),
        "{outgoing}"
    );
    assert!(!outgoing.contains(&bytes), "{outgoing}");
}

/// A struct with a client in it can derive `Debug`, where the transport is not.
#[test]
fn everything_is_shown_over_any_transport() {
    #[derive(Debug)]
    #[allow(dead_code, reason = "that it compiles is the test")]
    struct Shown {
        introspection: rpc_core::introspection::IntrospectionClient<Script>,
        dynamic: Option<rpc_core::introspection::DynamicClient<Script>>,
        raw: rpc_core::client::RawCall<Script>,
        builder: rpc_core::client::CallBuilder<Script>,
    }

    // `Script` is not `Debug`.
    let client = Script::silent().client();
    let shown = Shown {
        introspection: rpc_core::introspection::IntrospectionClient::new(client.clone()),
        dynamic: None,
        raw: client.send("s3cret"),
        builder: client
            .start("m")
            .argument(ParamsStyle::Positional, "a", "s3cret"),
    };
    let shown = format!("{shown:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn a_message_of_notifications_alone_expects_no_reply() {
    let script = Script::silent();
    let client = script.client();
    for (message, expects_reply) in [
        (r#"{"jsonrpc":"2.0","method":"m","params":[1]}"#, false),
        (
            r#"[{"jsonrpc":"2.0","method":"m"},{"jsonrpc":"2.0","method":"n"}]"#,
            false,
        ),
        (r#"{"jsonrpc":"2.0","method":"m","id":null}"#, true),
        (
            r#"[{"jsonrpc":"2.0","method":"m"},{"jsonrpc":"2.0","method":"n","id":1}]"#,
            true,
        ),
        // It is not a request, and a server says so.
        (r#"{"method":"m"}"#, true),
        ("[]", true),
        ("no json", true),
    ] {
        assert_eq!(client.send(message).await.unwrap(), None);
        let sent = script.messages().pop().unwrap();
        assert_eq!(sent.expects_reply, expects_reply, "{message}");
    }
}
