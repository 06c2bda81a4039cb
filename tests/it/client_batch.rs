//! Batches of a client: what is sent, and whose each reply is.

use std::time::Duration;

use rpc_core::transport::TransportReply;
use rpc_core::{
    CallError, Client, Dispatcher, EncodeError, ErrorObject, Execution, Id, Limits, ProtocolError,
    Server, memory,
};
use serde_json::{Value, json};

use crate::scripted::{Broken, Script};
use crate::shop::*;

/// Answers each call of a batch with its own params, in the order that the test makes of it.
fn echo(order: impl Fn(Vec<Value>) -> Vec<Value> + Send + Sync + 'static) -> Script {
    Script::new(move |message| {
        let entries: Vec<Value> = serde_json::from_slice(&message.body).unwrap();
        let calls = entries.into_iter().filter(|entry| !entry["id"].is_null());
        let replies =
            calls.map(|call| json!({"jsonrpc": "2.0", "result": call["params"], "id": call["id"]}));
        let replies = order(replies.collect());
        let none = replies.is_empty();
        let body = serde_json::to_vec(&replies).unwrap();
        Ok(TransportReply::new(if none { vec![] } else { body }))
    })
}

fn in_order(replies: Vec<Value>) -> Vec<Value> {
    replies
}

#[tokio::test]
async fn one_message_with_every_entry() {
    let script = echo(in_order);
    let client = script.client();
    let orders = OrdersClient::new(client.clone());
    let batch = (
        client.call::<_, Value>("m", ("tea", 2)),
        orders.seen("p"),
        client.call::<_, Value>("m", json!({"a": 1})).id("mine"),
        orders.place("tea", 2).notify(),
        client.notify("tick", ()),
    );
    let (first, seen, third, placed, tick) = client.batch(batch).await.unwrap();
    assert_eq!(first.unwrap(), json!(["tea", 2]));
    assert_eq!(third.unwrap(), json!({"a": 1}));
    assert!(seen.is_ok() && placed.is_ok() && tick.is_ok());
    assert_eq!(
        script.sent(),
        [concat!(
            r#"[{"jsonrpc":"2.0","method":"m","params":["tea",2],"id":1},"#,
            r#"{"jsonrpc":"2.0","method":"orders.seen","params":["p"]},"#,
            r#"{"jsonrpc":"2.0","method":"m","params":{"a":1},"id":"mine"},"#,
            r#"{"jsonrpc":"2.0","method":"orders.place","params":["tea",2]},"#,
            r#"{"jsonrpc":"2.0","method":"tick"}]"#,
        )]
    );
    assert!(script.only().expects_reply);
}

#[tokio::test]
async fn results_have_the_types_of_their_calls() {
    let orders = memory::connect(OrdersServer::new(Shop));
    let stub = OrdersClient::new(orders.clone());
    let (placed, sold_out, list, nobody) = orders
        .batch((
            stub.place("tea", 2),
            stub.place("tea", 900),
            stub.list(7, 1),
            orders.call::<_, Value>("no such", ()),
        ))
        .await
        .unwrap();
    assert_eq!(placed.unwrap(), OrderId(5));
    assert!(matches!(
        sold_out,
        Err(CallError::Method(OrderError::SoldOut { left: 3 }))
    ));
    assert_eq!(list.unwrap().len(), 1);
    assert_eq!(
        nobody.unwrap_err().object(),
        Some(&ErrorObject::method_not_found())
    );
}

#[tokio::test]
async fn tuples_of_every_length() {
    let script = echo(in_order);
    let client = script.client();
    let number = |n: u32| client.call::<_, (u32,)>("m", (n,));
    macro_rules! check {
        ($($n:literal)+) => {{
            let results = client.batch(($(number($n),)+)).await.unwrap();
            #[allow(non_snake_case)]
            let expected = ($($n,)+);
            assert_eq!(format!("{expected:?}"), format!("{results:?}").replace("Ok((", "").replace(",))", ""));
        }};
    }
    check!(1);
    check!(1 2);
    check!(1 2 3);
    check!(1 2 3 4);
    check!(1 2 3 4 5);
    check!(1 2 3 4 5 6);
    check!(1 2 3 4 5 6 7);
    check!(1 2 3 4 5 6 7 8);
    check!(1 2 3 4 5 6 7 8 9);
    check!(1 2 3 4 5 6 7 8 9 10);
    check!(1 2 3 4 5 6 7 8 9 10 11);
    check!(1 2 3 4 5 6 7 8 9 10 11 12);
    assert_eq!(script.sent().len(), 12);
}

#[tokio::test]
async fn arrays_and_vectors_and_a_thousand_entries() {
    let client = echo(in_order).client();
    let number = |n: u32| client.call::<_, (u32,)>("m", (n,));
    let [a, b] = client.batch([number(1), number(2)]).await.unwrap();
    assert_eq!((a.unwrap(), b.unwrap()), ((1,), (2,)));

    let shuffled = echo(|mut replies| {
        replies.rotate_left(617);
        replies.swap(0, 999);
        replies
    });
    let client = shuffled.client();
    let calls: Vec<_> = (0..1000).map(|n| client.call("m", (n,))).collect();
    let results: Vec<Result<(u32,), _>> = client.batch(calls).await.unwrap();
    let results: Vec<u32> = results
        .into_iter()
        .map(|result| result.unwrap().0)
        .collect();
    assert_eq!(results, (0..1000).collect::<Vec<_>>());
    assert_eq!(shuffled.sent().len(), 1);
}

#[tokio::test]
async fn a_reply_in_any_order_and_in_other_letters() {
    let script = Script::replies(
        r#" [{"jsonrpc":"2.0","result":"b","id":"\u0062/"},
             {"id":1.0,"jsonrpc":"2.0","result":"a"}] "#,
    );
    let client = script.client();
    let batch = (
        client.call::<_, String>("m", ()),
        client.call::<_, String>("m", ()).id("b/"),
    );
    let (a, b) = client.batch(batch).await.unwrap();
    assert_eq!((a.unwrap(), b.unwrap()), ("a".into(), "b".into()));
}

/// The outcomes of two calls, with ids 1 and 2, whose batch gets this reply.
async fn two(reply: &str) -> Result<[Result<u32, CallError>; 2], CallError> {
    let client = Script::replies(reply.to_owned()).client();
    let call = || client.call::<_, u32>("m", ());
    client.batch([call(), call()]).await
}

fn protocol<T: std::fmt::Debug>(result: Result<T, CallError>) -> ProtocolError {
    match result {
        Err(CallError::Protocol(error)) => error.into_inner(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn lost_answers() {
    let [one, two_] = two(r#"[{"jsonrpc":"2.0","result":7,"id":2}]"#)
        .await
        .unwrap();
    let lost = |id: u8| ProtocolError::NoAnswer {
        id: id.into(),
        foreign: vec![],
        malformed: None,
    };
    assert_eq!(protocol(one), lost(1));
    assert_eq!(two_.unwrap(), 7);
    let [one, two_] = two("[]").await.unwrap();
    assert_eq!((protocol(one), protocol(two_)), (lost(1), lost(2)));
}

#[tokio::test]
async fn foreign_answers() {
    let [one, two_] = two(
        r#"[{"jsonrpc":"2.0","result":7,"id":2},{"jsonrpc":"2.0","result":8,"id":"1"},
            {"jsonrpc":"2.0","error":{"code":7,"message":"no"},"id":3}]"#,
    )
    .await
    .unwrap();
    let expected = ProtocolError::NoAnswer {
        id: Id::from(1),
        foreign: vec![Id::from("1"), Id::from(3)],
        malformed: None,
    };
    assert_eq!(protocol(one), expected);
    assert_eq!(two_.unwrap(), 7);
}

#[tokio::test]
async fn many_foreign_answers_cost_little() {
    let reply = |n| json!({"jsonrpc": "2.0", "result": 7, "id": format!("f{n}")});
    let reply = Value::Array((0..20_000).map(reply).collect()).to_string();
    let client = Script::replies(reply).client();
    let calls: Vec<_> = (0..1000).map(|_| client.call::<_, u32>("m", ())).collect();
    let begin = std::time::Instant::now();
    let results = client.batch(calls).await.unwrap();
    // Twenty million comparisons take longer.
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
    for result in results {
        let ProtocolError::NoAnswer { foreign, .. } = protocol(result) else {
            panic!("there is an answer");
        };
        assert_eq!(foreign.len(), 8);
    }
}

#[tokio::test]
async fn several_answers_are_none() {
    let [one, two_] = two(
        r#"[{"jsonrpc":"2.0","result":7,"id":1},{"jsonrpc":"2.0","result":8,"id":2},{"jsonrpc":"2.0","result":9,"id":1.0}]"#,
    )
    .await
    .unwrap();
    assert_eq!(
        protocol(one),
        ProtocolError::SeveralAnswers { id: Id::from(1) }
    );
    assert_eq!(two_.unwrap(), 8);
}

#[tokio::test]
async fn errors_without_an_id_are_for_those_who_have_no_answer() {
    let [one, two_] = two(
        r#"[{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null},
            {"jsonrpc":"2.0","result":7,"id":2}]"#,
    )
    .await
    .unwrap();
    assert_eq!(
        one.unwrap_err().object(),
        Some(&ErrorObject::invalid_request())
    );
    assert_eq!(two_.unwrap(), 7);

    // A result without an id answers nobody.
    let [one, _] = two(r#"[{"jsonrpc":"2.0","result":7,"id":null}]"#)
        .await
        .unwrap();
    let expected = ProtocolError::NoAnswer {
        id: Id::from(1),
        foreign: vec![Id::NULL],
        malformed: None,
    };
    assert_eq!(protocol(one), expected);
}

#[tokio::test]
async fn a_malformed_entry_costs_itself_alone() {
    for (entry, reason) in [
        (
            r#"{"jsonrpc":"2.0","id":2}"#,
            "neither `result` nor `error`",
        ),
        (
            r#"{"jsonrpc":"1.0","result":7,"id":2}"#,
            "`jsonrpc` is not \"2.0\"",
        ),
        (r#"{"result":7,"id":2.0}"#, "`jsonrpc` is missing"),
        (
            r#"{"jsonrpc":"2.0","error":"no","id":2}"#,
            "`error` is not an error object",
        ),
        (
            r#"{"jsonrpc":"2.0","result":7,"result":8,"id":2}"#,
            "duplicate member `result`",
        ),
        (
            r#"{"jsonrpc":"2.0","result":7,"error":{"code":1,"message":""},"id":2}"#,
            "both `result` and `error`",
        ),
    ] {
        let well = r#"{"jsonrpc":"2.0","result":5,"id":1}"#;
        for reply in [format!("[{well},{entry}]"), format!("[ {entry} ,{well}]")] {
            let [one, two_] = two(&reply).await.unwrap();
            assert_eq!(one.unwrap(), 5, "{reply}");
            let expected = ProtocolError::NotResponse {
                reason,
                excerpt: entry.to_owned(),
            };
            assert_eq!(protocol(two_), expected, "{reply}");
        }
    }
    let [one, two_] = two("\u{feff}[{\"id\":1},{\"jsonrpc\":\"2.0\",\"result\":7,\"id\":2}]")
        .await
        .unwrap();
    one.unwrap_err();
    assert_eq!(two_.unwrap(), 7);
}

#[tokio::test]
async fn a_malformed_entry_that_names_no_call_is_quoted() {
    for (entry, reason) in [
        ("7", "not an object"),
        (r#"{"jsonrpc":"2.0","result":7}"#, "`id` is missing"),
        (
            r#"{"jsonrpc":"2.0","result":7,"id":[2]}"#,
            "`id` is not a string, a number or null",
        ),
        (
            r#"{"jsonrpc":"2.0","id":null}"#,
            "neither `result` nor `error`",
        ),
    ] {
        let [one, two_] = two(&format!(
            r#"[{entry},"other",{{"jsonrpc":"2.0","result":5,"id":1}}]"#
        ))
        .await
        .unwrap();
        assert_eq!(one.unwrap(), 5, "{entry}");
        let error = two_.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "m: the batch's reply has no answer to the call with id 2; it has an entry that is not a response ({reason}): {entry}"
            )
        );
        assert_eq!(error.execution(), Execution::MaybeRun);
    }
    // Of a long one, the start.
    let long = format!(r#"[{{"result":"{}"}}]"#, "x".repeat(1000));
    let [one, two_] = two(&long).await.unwrap();
    for error in [one.unwrap_err(), two_.unwrap_err()] {
        assert!(error.to_string().len() < 500, "{error}");
    }
}

#[tokio::test]
async fn errors_of_the_whole_batch() {
    for id in ["null", "1", "7"] {
        let refused =
            format!(r#"{{"jsonrpc":"2.0","error":{{"code":7,"message":"too many"}},"id":{id}}}"#);
        let error = two(&refused).await.unwrap_err();
        assert_eq!(error.object(), Some(&ErrorObject::new(7, "too many")));
    }
    let not_response = |reason: &'static str, body: &str| ProtocolError::NotResponse {
        reason,
        excerpt: body.to_owned(),
    };
    let single = r#"{"jsonrpc":"2.0","result":7,"id":1}"#;
    let number = "7";
    for (body, expected) in [
        ("", ProtocolError::Empty),
        ("[", ProtocolError::Truncated { length: 1 }),
        (
            single,
            not_response("one result, but a batch was sent", single),
        ),
        (number, not_response("not an array", number)),
        (
            "[],",
            ProtocolError::NotJson {
                excerpt: "[],".into(),
            },
        ),
    ] {
        assert_eq!(protocol(two(body).await), expected, "{body}");
    }

    let server = Server::new(Dispatcher::new())
        .limits(Limits::default())
        .max_batch(1);
    let client = Client::from_transport(memory::Memory::new(server));
    let call = || client.call::<_, u32>("m", ());
    let error = client.batch([call(), call()]).await.unwrap_err();
    let object = error.object().unwrap();
    assert_eq!(object.code(), -32600);
    assert_eq!(
        object.data_as::<String>().unwrap(),
        "the batch is too long; the limit is 1 entries"
    );
}

#[tokio::test]
async fn a_wrong_result_is_an_error_of_its_call() {
    let [one, two_] =
        two(r#"[{"jsonrpc":"2.0","result":"x","id":1},{"jsonrpc":"2.0","result":7,"id":2}]"#)
            .await
            .unwrap();
    assert!(matches!(protocol(one), ProtocolError::Result { .. }));
    assert_eq!(two_.unwrap(), 7);
}

#[tokio::test]
async fn a_batch_of_notifications_expects_no_reply() {
    let script = Script::silent();
    let client = script.client();
    let batch = vec![client.notify("a", ()), client.notify("b", [1])];
    let results = client.batch(batch).await.unwrap();
    assert!(results.len() == 2 && results.iter().all(Result::is_ok));
    let sent = script.only();
    assert!(!sent.expects_reply);
    assert_eq!(
        String::from_utf8(sent.body).unwrap(),
        r#"[{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","method":"b","params":[1]}]"#
    );
}

#[tokio::test]
async fn an_empty_batch_is_not_sent() {
    let script = Script::silent();
    let client = script.client();
    let calls: Vec<rpc_core::Call<_, u32, OrderError>> = Vec::new();
    assert!(client.batch(calls).await.unwrap().is_empty());
    let notifications: [rpc_core::Notification<_>; 0] = [];
    let [] = client.batch(notifications).await.unwrap();
    assert!(script.sent().is_empty());
}

#[tokio::test]
async fn an_entry_that_cannot_be_sent_fails_alone() {
    let script = echo(in_order);
    let client = script.client();
    let other = Script::silent();
    let stranger = other.client();
    let (shape, good, broken, header, foreign, bad_notification, foreign_notification) = client
        .batch((
            client.call::<_, u32>("m", 7),
            client.call::<_, Value>("m", [7]),
            client.call::<_, u32>("m", [Broken]),
            client.call::<_, u32>("m", [7]).header("no header", ""),
            stranger.call::<_, u32>("m", [7]),
            client.notify("m", 7),
            stranger.notify("m", [7]),
        ))
        .await
        .unwrap();
    assert!(matches!(
        shape.as_ref().unwrap_err().encode(),
        Some(EncodeError::Shape)
    ));
    assert_eq!(good.unwrap(), json!([7]));
    assert!(matches!(
        broken.as_ref().unwrap_err().encode(),
        Some(EncodeError::Params(_))
    ));
    assert!(matches!(
        header.as_ref().unwrap_err().encode(),
        Some(EncodeError::Header(_))
    ));
    assert_eq!(protocol(foreign), ProtocolError::OtherClient);
    assert!(matches!(
        bad_notification.as_ref().unwrap_err().encode(),
        Some(EncodeError::Shape)
    ));
    assert_eq!(protocol(foreign_notification), ProtocolError::OtherClient);
    assert_eq!(
        script.sent(),
        [r#"[{"jsonrpc":"2.0","method":"m","params":[7],"id":1}]"#]
    );
    assert!(other.sent().is_empty());

    // Where none is left, nothing is sent.
    let [only] = client
        .batch([stranger.call::<_, u32>("m", [7])])
        .await
        .unwrap();
    assert_eq!(protocol(only), ProtocolError::OtherClient);
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test]
async fn stubs_of_one_client_may_be_mixed() {
    let script = echo(in_order);
    let client = script.client();
    let (orders, again) = (
        OrdersClient::new(client.clone()),
        OrdersClient::new(client.clone()),
    );
    let batch = (
        orders.seen("a"),
        again.seen("b"),
        client.clone().notify("m", ()),
    );
    let (a, b, c) = client.batch(batch).await.unwrap();
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    // A boxed client is another type, and so is another client: its stubs do not fit.
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test]
async fn of_calls_with_the_same_id_one_is_sent() {
    let script = echo(in_order);
    let client = script.client();
    let call = |n: u32, id: &str| {
        let call = client.call::<_, (u32,)>("m", (n,));
        call.id(id.parse::<Id>().unwrap())
    };
    let batch = [call(1, "7"), call(2, "7.0"), call(3, "\"7\"")];
    let [one, two, three] = client.batch(batch).await.unwrap();
    assert_eq!((one.unwrap(), three.unwrap()), ((1,), (3,)));
    let error = two.unwrap_err();
    assert!(matches!(error.encode(), Some(EncodeError::DuplicateId(id)) if id.as_json() == "7.0"));
    assert_eq!(
        error.to_string(),
        "m: another call in the batch has the id 7.0"
    );
    assert_eq!(
        script.sent(),
        [concat!(
            r#"[{"jsonrpc":"2.0","method":"m","params":[1],"id":7},"#,
            r#"{"jsonrpc":"2.0","method":"m","params":[3],"id":"7"}]"#,
        )]
    );
}

#[tokio::test]
async fn headers_are_joined_and_the_longest_timeout_holds() {
    let script = Script::silent();
    let client = script.client();
    let notify = || client.notify("m", ());
    let batch = [
        notify()
            .header("x-shop", "north")
            .header("x-both", "same")
            .timeout(Duration::from_secs(2)),
        notify()
            .header("x-both", "same")
            .header("x-many", "1")
            .timeout(Duration::from_secs(1)),
        notify().header("x-many", "2"),
    ];
    let batch = client.batch(batch).header("x-many", "3");
    assert!(batch.await.unwrap().iter().all(Result::is_ok));
    let sent = script.only();
    let values = |name| sent.headers.get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(values("x-shop"), ["north"]);
    assert_eq!(values("x-both"), ["same"]);
    assert_eq!(values("x-many"), ["1", "2", "3"]);
    assert_eq!(sent.timeout, Some(Duration::from_secs(2)));

    // What is said of the whole batch goes before what is said of an entry.
    let batch = [notify().timeout(Duration::from_secs(2))];
    let batch = client.batch(batch).timeout(Duration::from_secs(1));
    assert!(batch.await.unwrap().iter().all(Result::is_ok));
    let last = script.messages().pop().unwrap();
    assert_eq!(last.timeout, Some(Duration::from_secs(1)));

    let error = client.batch([notify()]).header("no header", "").await;
    assert!(matches!(
        error.as_ref().unwrap_err().encode(),
        Some(EncodeError::Header(_))
    ));
    assert_eq!(script.sent().len(), 2);
}
