//! What an error shows is bounded and in one line, whatever the peer sent; and what it says about its call is true.

use std::error::Error;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rpc_core::transport::{TransportFailure, TransportReply};
use rpc_core::{
    CallError, Client, ErrorObject, Execution, Id, ProtocolError, RpcError, TimeoutError,
    TransportError, code, rpc,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::scripted::{Broken, Script};

/// An error whose text comes from the server.
#[derive(Debug, Serialize, Deserialize, thiserror::Error, RpcError)]
pub enum Rumour {
    #[error("they say {text}")]
    #[rpc(code = 1)]
    Said { text: String },
    #[error("they all say {0:?}")]
    #[rpc(code = 2)]
    All(Vec<String>),
    #[error("everybody is asleep")]
    #[rpc(code = 3, kind = "unavailable")]
    Asleep,
}

#[rpc]
trait Rumours {
    async fn hear(&self, about: &str) -> Result<u32, Rumour>;
    async fn ask(&self) -> Result<u32, ErrorObject>;
    async fn count(&self) -> u32;
    #[rpc(notification)]
    async fn tell(&self, text: &str);
}

/// In bytes: a few texts of the limit for errors, each character escaped.
const BOUND: usize = 40_000;

fn check<E: std::fmt::Display + std::fmt::Debug>(error: &E) {
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(shown.len() < BOUND, "{} bytes: {shown:.200}", shown.len());
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
    let pretty = format!("{error:#?}");
    assert!(pretty.len() < BOUND, "{} bytes", pretty.len());
    assert!(
        !pretty.replace('\n', "").contains(char::is_control),
        "{pretty:?}"
    );
}

fn check_all<R>(outcome: Result<R, CallError<impl std::fmt::Display + std::fmt::Debug>>)
where
    R: std::fmt::Debug,
{
    if let Err(error) = outcome {
        check(&error);
    }
}

/// Each way to call, answered with this.
async fn call_each_way(reply: Vec<u8>) {
    for status in [false, true] {
        let reply = reply.clone();
        let script = Script::new(move |_| {
            let reply = TransportReply::new(reply.clone());
            check(&Shown(&reply));
            Ok(match status {
                true => reply.error_if_invalid(TransportError::message("x\n".repeat(9_000))),
                false => reply,
            })
        });
        let client = script.client();
        let rumours = RumoursClient::new(client.clone());
        check_all(rumours.hear("x").await);
        check_all(rumours.ask().await);
        check_all(rumours.count().await);
        check_all(rumours.tell("x").await);
        check_all(client.call::<_, Vec<u32>>("any\u{1b}\n", ()).await);
        check_all(client.clone().version_1().call::<_, u32>("m", ()).await);
        let message = r#"{"jsonrpc":"2.0","method":"m","id":6}"#;
        check_all(client.send(message).checked().await);
        let entries = (
            rumours.hear("x"),
            rumours.ask(),
            rumours.count(),
            rumours.tell("x"),
        );
        match client.batch(entries).await {
            Err(error) => check(&error),
            Ok((hear, ask, count, tell)) => {
                check_all(hear);
                check_all(ask);
                check_all(count);
                check_all(tell);
            }
        }
    }
}

/// Shows its debug form in both ways.
struct Shown<'a, T>(&'a T);

impl<T: std::fmt::Debug> std::fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Short or very long, with what a terminal or a log would act on.
fn text() -> impl Strategy<Value = String> {
    let part = select(vec![
        "a",
        "\n",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{9b}",
        "\u{202e}",
        "\"\\",
        "ä",
        "\0",
    ]);
    let times = select(vec![0usize, 1, 30, 20_000]);
    (vec(part, 1..4), times).prop_map(|(parts, times)| parts.concat().repeat(times))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        vec(text(), 0..3).prop_map(Value::from),
        text().prop_map(|text| json!({ "text": text })),
        Just(json!(7)),
        Just(Value::Null),
    ]
}

fn response() -> impl Strategy<Value = Value> {
    let code = select(vec![1, 2, 7, -32601, -32602, -32603, -32000, 0]);
    let id = prop_oneof![(1u64..9).prop_map(Value::from), value()];
    let error = (code, text(), value()).prop_map(
        |(code, message, data)| json!({ "code": code, "message": message, "data": data }),
    );
    let outcome = prop_oneof![
        error.prop_map(|error| ("error", error)),
        value().prop_map(|result| ("result", result)),
    ];
    (outcome, id)
        .prop_map(|((name, outcome), id)| json!({ "jsonrpc": "2.0", name: outcome, "id": id }))
}

fn reply() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        response().prop_map(|it| it.to_string().into_bytes()),
        vec(response(), 0..4).prop_map(|it| Value::from(it).to_string().into_bytes()),
        text().prop_map(String::into_bytes),
        text().prop_map(|text| format!("<html>{text}").into_bytes()),
        text().prop_map(|text| format!(r#"{{"jsonrpc":"2.0","result":{text}"#).into_bytes()),
        vec(any::<u8>(), 0..50),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn errors_are_bounded_and_in_one_line(reply in reply()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(call_each_way(reply));
    }
}

#[test]
fn long_ids_are_cut() {
    let long: Id = "9".repeat(10_000_000).parse().unwrap();
    check(&long);
    assert_eq!(long.as_json().len(), 10_000_000);
    let error = ProtocolError::WrongId {
        expected: long.clone(),
        found: long,
    };
    check(&error);
}

/// What was sent is shown no longer than what was received.
#[tokio::test]
async fn long_names_are_cut() {
    let lost = || TransportFailure::from(TransportError::message("lost"));
    let client = Script::new(move |_| Err(lost())).client();
    let method = "m\u{1b}\n".repeat(100_000);
    let error = client.call::<_, ()>(&method, ()).await.unwrap_err();
    check(&error);
    assert_eq!(error.target().unwrap().method(), Some(&*method));
    check(&client.notify(&method, ()).await.unwrap_err());
    let calls: Vec<_> = (0..100)
        .map(|_| client.call::<_, ()>(&method, ()))
        .collect();
    let error = client.batch(calls).await.unwrap_err();
    check(&error);
    assert!(
        error
            .to_string()
            .starts_with("a batch of 100 calls (m\\u001b"),
        "{error}"
    );
    let raw = json!([{ "jsonrpc": "2.0", "method": method, "id": 1 }]);
    check(&client.send(raw).await.unwrap_err());
}

#[test]
fn an_error_costs_a_call_little_room() {
    assert!(size_of::<CallError>() <= 16, "{}", size_of::<CallError>());
    assert!(size_of::<Result<u64, CallError>>() <= 16);
}

#[tokio::test]
async fn an_error_names_the_method() {
    let lost = || TransportFailure::from(TransportError::message("lost"));
    let client = Script::new(move |_| Err(lost())).client();
    let rumours = RumoursClient::new(client.clone());
    let error = rumours.hear("x").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "rumours.hear: lost".replace("rumours.", "")
    );
    let other: Client<Script> = Script::silent().client();
    let batch = (
        rumours.hear("x"),
        RumoursClient::new(other).count(),
        rumours.tell("x"),
    );
    let error = client.batch(batch).await.unwrap_err();
    assert_eq!(error.to_string(), "a batch of 2 calls (hear, tell): lost");
    let broken = client.call::<_, ()>("m", (1, Broken)).await.unwrap_err();
    assert_eq!(broken.to_string(), "m: the params could not be serialised");
    assert_eq!(broken.source().unwrap().to_string(), "it is broken");
    let error = client.send("[1]").await.unwrap_err();
    assert_eq!(error.to_string(), "a batch of 0 calls: lost");
}

/// What the code of an error object says, in any transport.
#[tokio::test]
async fn a_code_says_whether_the_method_ran() {
    use Execution::{MaybeRun, NotRun, Ran};

    for (code, execution, is_retryable) in [
        (code::PARSE_ERROR, NotRun, false),
        (code::INVALID_REQUEST, NotRun, false),
        (code::METHOD_NOT_FOUND, NotRun, false),
        (code::INVALID_PARAMS, MaybeRun, false),
        (code::INTERNAL_ERROR, MaybeRun, false),
        (code::REPLY_TOO_LARGE, Ran, false),
        (code::BUSY, NotRun, true),
        (code::TOO_MANY_STREAMS, NotRun, true),
        (code::CANCELLED, MaybeRun, false),
        (code::SERVER_CANCELLED, MaybeRun, true),
        (code::NEEDS_DUPLEX, NotRun, false),
        (code::STREAM_IN_BATCH, NotRun, false),
        (code::LAGGED, Ran, false),
        (code::CANNOT_RESUME, Ran, false),
        (-32000, MaybeRun, false),
        (7, Ran, false),
    ] {
        let reply = json!({
            "jsonrpc": "2.0",
            "error": { "code": code, "message": "no" },
            "id": 1,
        });
        let client = Script::replies(reply.to_string()).client();
        let call = client.call::<_, ()>("m", ());
        let error = call.id(1).await.unwrap_err();
        let said = (error.execution(), error.is_retryable());
        assert_eq!(said, (execution, is_retryable), "{error}");
    }
}

/// What each kind of failure says by itself, in any transport.
#[tokio::test]
async fn a_failure_says_whether_the_method_ran() {
    use Execution::{MaybeRun, NotRun, Ran};

    type Failure = fn() -> TransportFailure;
    let failures: [(Failure, Execution, bool); 6] = [
        (|| TransportError::message("lost").into(), MaybeRun, true),
        (
            || TransportError::message("refused").not_run().into(),
            NotRun,
            true,
        ),
        (
            || {
                TransportError::message("no")
                    .not_run()
                    .with_retryable(false)
                    .into()
            },
            NotRun,
            false,
        ),
        (|| TimeoutError::Connect.into(), NotRun, true),
        (|| TimeoutError::Turn.into(), NotRun, true),
        (|| TimeoutError::Reply.into(), MaybeRun, true),
    ];
    for (failure, execution, is_retryable) in failures {
        let client = Script::new(move |_| Err(failure())).client();
        let errors = [
            client.call::<_, ()>("m", ()).await.unwrap_err(),
            client.notify("m", ()).await.unwrap_err(),
            client.send("x").await.unwrap_err(),
            client.batch([client.notify("m", ())]).await.unwrap_err(),
            client
                .batch([client.call::<_, ()>("m", ())])
                .await
                .unwrap_err(),
            client
                .clone()
                .boxed()
                .call::<_, ()>("m", ())
                .await
                .unwrap_err(),
            client
                .clone()
                .version_1()
                .boxed()
                .call::<_, ()>("m", ())
                .await
                .unwrap_err(),
        ];
        for error in errors {
            let said = (error.execution(), error.is_retryable());
            assert_eq!(said, (execution, is_retryable), "{error:?}");
        }
    }
    let client = Script::silent().client();
    let unsent = client.call::<_, ()>("m", 1).await.unwrap_err();
    assert_eq!((unsent.execution(), unsent.is_retryable()), (NotRun, false));
    let other = Script::silent().client();
    let [foreign] = client.batch([other.call::<_, ()>("m", ())]).await.unwrap();
    assert_eq!(foreign.unwrap_err().execution(), NotRun);
    let named = client
        .clone()
        .version_1()
        .call::<_, ()>("m", json!({ "a": 1 }))
        .await;
    assert_eq!(named.unwrap_err().execution(), NotRun);
    // It was sent by itself, and may have run.
    let mut polled = client.call::<_, ()>("m", ());
    drop(futures_util::poll!(&mut polled));
    let [polled] = client.batch([polled]).await.unwrap();
    assert_eq!(polled.unwrap_err().execution(), MaybeRun);
    let method = CallError::Method(Rumour::All(vec![]));
    assert_eq!((method.execution(), method.is_retryable()), (Ran, false));
    let asleep = CallError::Method(Rumour::Asleep);
    assert_eq!((asleep.execution(), asleep.is_retryable()), (Ran, true));
}

/// In a batch, an error whose call the server could not tell may be about another call.
#[tokio::test]
async fn an_error_for_some_call_is_not_certain() {
    let reply = r#"[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"},"id":null}]"#;
    let client = Script::replies(reply).client();
    let calls = [1, 2].map(|_| client.call::<_, u32>("m", ()));
    let [one, two] = client.batch(calls).await.unwrap();
    assert_eq!(one.unwrap(), 1);
    assert_eq!(two.unwrap_err().execution(), Execution::MaybeRun);
}
