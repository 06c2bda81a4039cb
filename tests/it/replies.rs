//! What a client makes of a reply: the result, or an error that says what is wrong with it.

use std::error::Error;

use rpc_core::transport::TransportReply;
use rpc_core::{
    CallError, EncodeError, ErrorObject, Id, MethodError, ProtocolError, RpcError, TimeoutError,
    TransportError,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::scripted::Script;
use crate::shop::*;

/// The outcome of a call with id 1 that gets this reply.
async fn reply<R: DeserializeOwned + 'static>(
    body: impl Into<bytes::Bytes>,
) -> Result<R, CallError> {
    Script::replies(body).client().call("m", ()).await
}

async fn protocol_error(body: impl Into<bytes::Bytes>) -> ProtocolError {
    match reply::<Value>(body).await {
        Err(CallError::Protocol(error)) => error.into_inner(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn members_in_any_order_and_members_that_nobody_knows() {
    for body in [
        r#"{"jsonrpc":"2.0","result":7,"id":1}"#,
        r#"{"id":1,"result":7,"jsonrpc":"2.0"}"#,
        "\u{feff}\n{ \"result\" : 7 , \"id\" : 1 , \"jsonrpc\" : \"2.0\" }\r\n",
        r#"{"jsonrpc":"2.0","result":7,"id":1,"extra":{"result":8},"Result":9}"#,
        r#"{"\u006asonrpc":"\u0032.0","r\u0065sult":7,"i\u0064":1}"#,
    ] {
        assert_eq!(reply::<u32>(body).await.unwrap(), 7, "{body}");
    }
}

#[tokio::test]
async fn the_same_id_in_other_letters() {
    for id in ["1", "1.0", "1e0", "10e-1"] {
        let body = format!(r#"{{"jsonrpc":"2.0","result":7,"id":{id}}}"#);
        assert_eq!(reply::<u32>(body).await.unwrap(), 7, "{id}");
    }
    for (sent, received) in [("a/b", r#""a\/b""#), ("é", r#""\u00e9""#), ("1", r#""1""#)] {
        let body = format!(r#"{{"jsonrpc":"2.0","result":7,"id":{received}}}"#);
        let client = Script::replies(body).client();
        let call = client.call::<_, u32>("m", ()).id(sent);
        assert_eq!(call.await.unwrap(), 7, "{sent}");
    }
}

#[tokio::test]
async fn another_id_is_no_answer() {
    for id in ["2", r#""1""#, "null", "1.5", "-1"] {
        let body = format!(r#"{{"jsonrpc":"2.0","result":7,"id":{id}}}"#);
        let expected = ProtocolError::WrongId {
            expected: Id::from(1),
            found: id.parse().unwrap(),
        };
        assert_eq!(protocol_error(body).await, expected, "{id}");
    }
    // Errors, too, but for the one that says that the server could not tell the id.
    let error =
        |id| format!(r#"{{"jsonrpc":"2.0","error":{{"code":1,"message":"no"}},"id":{id}}}"#);
    assert!(matches!(
        protocol_error(error("2")).await,
        ProtocolError::WrongId { .. }
    ));
    for id in ["1", "null"] {
        let error = reply::<u32>(error(id)).await.unwrap_err();
        assert_eq!(error.object(), Some(&ErrorObject::new(1, "no")), "{id}");
    }
}

#[tokio::test]
async fn the_result_of_another_call_is_not_called_a_wrong_result() {
    let client = Script::replies(r#"{"jsonrpc":"2.0","result":"text","id":2}"#).client();
    let error = client.call::<_, u32>("m", ()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "m: the reply answers the call with id 2, not this one with id 1"
    );
}

#[tokio::test]
async fn null_is_a_result() {
    let body = r#"{"jsonrpc":"2.0","result":null,"id":1}"#;
    reply::<()>(body).await.unwrap();
    assert_eq!(reply::<Option<u32>>(body).await.unwrap(), None);
    assert_eq!(reply::<Value>(body).await.unwrap(), Value::Null);
    let error = reply::<u32>(body).await.unwrap_err();
    assert!(error.is_protocol());
    assert_eq!(
        error.to_string(),
        "m: the result has the wrong type (invalid type: null, expected u32): null"
    );
}

#[tokio::test]
async fn a_result_of_the_wrong_type_is_quoted() {
    let long = format!("\"{}\"", "é".repeat(300));
    let body = format!(r#"{{"jsonrpc":"2.0","result":{long},"id":1}}"#);
    let ProtocolError::Result { reason, excerpt } = reply::<u32>(body)
        .await
        .unwrap_err()
        .protocol()
        .cloned()
        .unwrap()
    else {
        panic!("not a u32");
    };
    assert!(reason.starts_with("invalid type: string"), "{reason}");
    assert!(!reason.contains("column"), "{reason}");
    assert_eq!(excerpt, format!("\"{}…", "é".repeat(99)));

    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let body = format!(r#"{{"jsonrpc":"2.0","result":{deep},"id":1}}"#);
    let error = reply::<Value>(body).await.unwrap_err();
    assert!(matches!(
        error.protocol(),
        Some(ProtocolError::Result { .. })
    ));
}

#[tokio::test]
async fn error_objects() {
    let error = |json| {
        let body = format!(r#"{{"jsonrpc":"2.0","error":{json},"id":1}}"#);
        async move { reply::<u32>(body).await.unwrap_err() }
    };
    let with_null = error(r#"{"code":-7,"message":"no","data":null}"#).await;
    let object = with_null.object().unwrap();
    assert_eq!(object.data().unwrap().get(), "null");
    let without = error(r#"{"message":"no","code":-7,"extra":1}"#).await;
    assert_eq!(without.object(), Some(&ErrorObject::new(-7, "no")));
    assert_ne!(object, without.object().unwrap());
    let data = error(r#"{"code":7,"message":"no","data": {"a" :1}}"#).await;
    assert_eq!(data.object().unwrap().data().unwrap().get(), r#"{"a" :1}"#);
    assert_eq!(data.to_string(), r#"m: no (code 7, data {"a" :1})"#);

    for json in [
        "true",
        r#""no""#,
        "{}",
        r#"[7,"no"]"#,
        r#"{"code":7}"#,
        r#"{"message":"no"}"#,
        r#"{"code":"7","message":"no"}"#,
        r#"{"code":7.5,"message":"no"}"#,
        r#"{"code":7,"message":null}"#,
    ] {
        let error = error(json).await.to_string();
        assert!(
            error.contains("`error` is not an error object"),
            "{json}: {error}"
        );
    }
}

#[tokio::test]
async fn json_that_is_no_response() {
    for (body, reason) in [
        ("[]", "not an object"),
        ("7", "not an object"),
        ("null", "not an object"),
        (r#"[{"jsonrpc":"2.0","result":7,"id":1}]"#, "not an object"),
        ("{}", "`jsonrpc` is missing"),
        (r#"{"result":7,"id":1}"#, "`jsonrpc` is missing"),
        (
            r#"{"jsonrpc":"1.0","result":7,"id":1}"#,
            "`jsonrpc` is not \"2.0\"",
        ),
        (
            r#"{"jsonrpc":2.0,"result":7,"id":1}"#,
            "`jsonrpc` is not \"2.0\"",
        ),
        (r#"{"jsonrpc":"2.0","result":7}"#, "`id` is missing"),
        (
            r#"{"jsonrpc":"2.0","result":7,"id":[1]}"#,
            "`id` is not a string, a number or null",
        ),
        (
            r#"{"jsonrpc":"2.0","result":7,"id":true}"#,
            "`id` is not a string, a number or null",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1}"#,
            "neither `result` nor `error`",
        ),
        (
            r#"{"jsonrpc":"2.0","error":null,"id":1}"#,
            "neither `result` nor `error`",
        ),
        (
            r#"{"jsonrpc":"2.0","result":7,"error":{"code":1,"message":""},"id":1}"#,
            "both `result` and `error`",
        ),
        (
            r#"{"jsonrpc":"2.0","result":7,"result":7,"id":1}"#,
            "duplicate member `result`",
        ),
        (
            r#"{"jsonrpc":"2.0","result":7,"id":1,"id":1}"#,
            "duplicate member `id`",
        ),
    ] {
        let excerpt = body.to_owned();
        assert_eq!(
            protocol_error(body).await,
            ProtocolError::NotResponse { reason, excerpt },
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_is_no_json_is_named() {
    for body in ["", " \r\n\t", "\u{feff}"] {
        assert_eq!(protocol_error(body).await, ProtocolError::Empty, "{body:?}");
    }
    let latin_1 = &b"{\"jsonrpc\":\"2.0\",\"result\":\"\xe9\",\"id\":1}"[..];
    let error = protocol_error(latin_1).await;
    assert_eq!(error, ProtocolError::NotUtf8 { offset: 27 });

    let whole = r#"{"jsonrpc":"2.0","result":{"a":[1,"é"]},"id":1}"#;
    for length in (1..whole.len()).filter(|length| whole.is_char_boundary(*length)) {
        assert_eq!(
            protocol_error(&whole.as_bytes()[..length]).await,
            ProtocolError::Truncated { length },
        );
    }
    assert!(reply::<Value>(whole).await.is_ok());

    for page in [
        "<!DOCTYPE html><title>502 Bad Gateway</title>",
        "\n  <html>\n<head>",
        "<HTML>",
        "<h1>Not Found</h1>",
        "<!-- proxy --><p>",
    ] {
        let excerpt = page.trim_start().to_owned();
        assert_eq!(protocol_error(page).await, ProtocolError::Html { excerpt });
    }
    for text in [
        "upstream connect error",
        r#"{"jsonrpc":"2.0","result":7,"id":1} {}"#,
        r#"{"jsonrpc":"2.0","result":7,"id":01}"#,
        r#"{'jsonrpc':"2.0"}"#,
        "<p>",
        "é",
    ] {
        let excerpt = text.to_owned();
        assert_eq!(
            protocol_error(text).await,
            ProtocolError::NotJson { excerpt }
        );
    }
}

#[tokio::test]
async fn a_doubtful_reply_counts_where_it_is_one() {
    let doubtful = |body: &'static str| {
        let script = Script::new(move |_| {
            let error_if_invalid = TransportError::message("HTTP status 500");
            Ok(TransportReply::new(body).error_if_invalid(error_if_invalid))
        });
        script.client()
    };
    let valid = doubtful(r#"{"jsonrpc":"2.0","result":7,"id":1}"#);
    assert_eq!(valid.call::<_, u32>("m", ()).await.unwrap(), 7);
    let refused = doubtful(r#"{"jsonrpc":"2.0","error":{"code":1,"message":"no"},"id":null}"#);
    let error = refused.call::<_, u32>("m", ()).await.unwrap_err();
    assert!(error.object().is_some());
    let entries = || [refused.call::<_, u32>("m", ())];
    let error = refused.batch(entries()).await.unwrap_err();
    assert!(error.object().is_some());

    for body in ["", "<html>", "{}", "[]x"] {
        let client = doubtful(body);
        let call = client.call::<_, u32>("m", ()).await.unwrap_err();
        let batch = client.batch([client.call::<_, u32>("m", ())]).await;
        let notification = client.notify("m", ()).await.unwrap_err();
        let notifications = client.batch([client.notify("m", ())]).await;
        for error in [
            call,
            batch.unwrap_err(),
            notification,
            notifications.unwrap_err(),
        ] {
            assert!(error.is_transport(), "{body}: {error:?}");
            assert!(error.to_string().ends_with(": HTTP status 500"), "{error}");
        }
    }
    let error = doubtful("").send("x").await.unwrap_err();
    assert!(error.is_transport());
}

#[tokio::test]
async fn transport_failures() {
    let late = Script::new(|_| Err(TimeoutError::Reply.into())).client();
    let error = late.call::<_, u32>("m", ()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_transport());
    assert!(late.notify("m", ()).await.unwrap_err().is_timeout());
    assert!(
        late.batch([late.notify("m", ())])
            .await
            .unwrap_err()
            .is_timeout()
    );
    assert!(late.send("x").await.unwrap_err().is_timeout());

    let broken = Script::new(|_| {
        let cause = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        Err(TransportError::new("could not connect", cause).into())
    });
    let error = broken.client().call::<_, u32>("m", ()).await.unwrap_err();
    let CallError::Transport(error) = error else {
        panic!("{error:?}");
    };
    let cause = error.downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(error.downcast_ref::<std::fmt::Error>().is_none());
    assert!(
        TransportError::message("x")
            .downcast_ref::<std::io::Error>()
            .is_none()
    );
}

#[tokio::test]
async fn a_notification_is_content_with_any_reply() {
    for body in [
        "",
        "null",
        r#"{"jsonrpc":"2.0","result":7,"id":null}"#,
        "<p>",
    ] {
        let client = Script::replies(body).client();
        client.notify("m", ()).await.unwrap();
        let [result] = client.batch([client.notify("m", ())]).await.unwrap();
        result.unwrap();
    }
}

#[derive(Debug, thiserror::Error, RpcError)]
#[error("the shop is closed")]
#[rpc(code = 1003)]
struct Closed {
    #[rpc(skip)]
    #[source]
    why: Option<std::num::ParseIntError>,
}

/// An error and its sources, one a line.
fn chain(error: &dyn Error) -> Vec<String> {
    let mut lines = vec![error.to_string()];
    lines.extend(error.source().map(chain).unwrap_or_default());
    lines
}

#[test]
fn every_error_prints_each_of_its_causes_once() {
    let cause = || "x".parse::<u8>().unwrap_err();
    let not_json = serde_json::from_str::<u8>("x").unwrap_err();
    let header = http::Error::from(http::HeaderName::from_bytes(b"").unwrap_err());
    let table: [(CallError<Closed>, &[&str]); 8] = [
        (TimeoutError::Reply.into(), &["no reply in time"]),
        (
            TransportError::new("could not connect", cause()).into(),
            &["could not connect", "invalid digit found in string"],
        ),
        (TransportError::message("not now").into(), &["not now"]),
        (ProtocolError::Empty.into(), &["the reply is empty"]),
        (
            CallError::Method(Closed { why: Some(cause()) }),
            &["the shop is closed", "invalid digit found in string"],
        ),
        (
            CallError::Object(ErrorObject::new(7, "no").with_data("why").into()),
            &[r#"no (code 7, data "why")"#],
        ),
        (
            EncodeError::Params(not_json).into(),
            &[
                "the params could not be serialised",
                "expected value at line 1 column 1",
            ],
        ),
        (
            EncodeError::Header(header).into(),
            &["invalid header name or value", "invalid HTTP header name"],
        ),
    ];
    for (error, lines) in table {
        assert_eq!(chain(&error), lines, "{error:?}");
    }
    let shape: CallError = EncodeError::Shape.into();
    assert!(shape.to_string().contains("`(value,)`"), "{shape}");
}

#[test]
fn protocol_errors_say_what_came() {
    let excerpt = || String::from("<x>");
    let id = |id: u8| Id::from(id);
    for (error, text) in [
        (
            ProtocolError::NotUtf8 { offset: 27 },
            "the reply is not UTF-8 at byte offset 27",
        ),
        (
            ProtocolError::Truncated { length: 5 },
            "the reply is cut off: its JSON is incomplete after 5 bytes",
        ),
        (
            ProtocolError::Html { excerpt: excerpt() },
            "the reply is an HTML page, not JSON: <x>",
        ),
        (
            ProtocolError::NotJson { excerpt: excerpt() },
            "the reply is not JSON: <x>",
        ),
        (
            ProtocolError::NotResponse {
                reason: "`id` is missing",
                excerpt: excerpt(),
            },
            "the reply is not a JSON-RPC 2.0 response (`id` is missing): <x>",
        ),
        (
            ProtocolError::NoAnswer {
                id: id(1),
                foreign: vec![id(2), Id::from("three")],
                malformed: None,
            },
            "the batch's reply has no answer to the call with id 1; it answers ids that nobody sent: 2, \"three\"",
        ),
        (
            ProtocolError::NoAnswer {
                id: id(1),
                foreign: vec![],
                malformed: None,
            },
            "the batch's reply has no answer to the call with id 1",
        ),
        (
            ProtocolError::SeveralAnswers { id: id(1) },
            "the batch's reply has several answers to the call with id 1",
        ),
        (
            ProtocolError::OtherClient,
            "the call and the batch belong to different clients",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn question_marks_take_every_error() {
    fn boxed<E: MethodError>(error: CallError<E>) -> Box<dyn Error + Send + Sync>
    where
        CallError<E>: Error + Send + Sync + 'static,
    {
        let fails = || -> Result<(), Box<dyn Error + Send + Sync>> { Err(error)? };
        fails().unwrap_err()
    }

    assert_eq!(
        boxed::<std::convert::Infallible>(TimeoutError::Reply.into()).to_string(),
        "no reply in time"
    );
    assert_eq!(
        boxed(CallError::Method(OrderError::Unauthorized)).to_string(),
        "not signed in"
    );
    assert_eq!(
        boxed(CallError::Method(ErrorObject::new(7, "no"))).to_string(),
        "no (code 7)"
    );
    // A method that returns `Internal` is as easy to call as another.
    let internal =
        CallError::<rpc_core::Internal>::Object(ErrorObject::new(-32603, "Internal error").into());
    assert_eq!(boxed(internal).to_string(), "Internal error (code -32603)");
    let cause = "x".parse::<u8>().unwrap_err();
    let internal = CallError::<rpc_core::Internal>::from(TransportError::new("no", cause));
    assert_eq!(
        chain(&*boxed(internal)),
        ["no", "invalid digit found in string"]
    );
}

#[test]
fn questions_about_an_error() {
    let method = CallError::Method(OrderError::SoldOut { left: 3 });
    assert_eq!(method.method(), Some(&OrderError::SoldOut { left: 3 }));
    assert!(method.object().is_none() && !method.is_timeout());
    assert!(!method.is_transport() && !method.is_protocol());

    let text = method.map_method(|error| error.to_string());
    assert!(matches!(text, CallError::Method(text) if text == "only 3 left"));

    let object: CallError = CallError::Object(ErrorObject::method_not_found().into());
    let object: CallError<OrderError> = object.widen();
    assert_eq!(object.object(), Some(&ErrorObject::method_not_found()));
    assert!(object.method().is_none());
    assert!(
        CallError::<OrderError>::from(TimeoutError::Reply)
            .map_method(|_| ())
            .is_timeout()
    );
    assert!(
        CallError::<OrderError>::from(ProtocolError::Empty)
            .map_method(|_| ())
            .is_protocol()
    );
}

#[tokio::test]
async fn a_notification_that_is_refused_fails() {
    let refusal =
        r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#;
    let client = Script::replies(refusal).client();
    let code = |result: Result<(), CallError>| match result {
        Err(CallError::Object(error)) => error.code(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(client.notify("seen", ("p",)).await), -32600);
    let batch = (client.notify("seen", ("p",)), client.notify("seen", ("q",)));
    assert_eq!(code(client.batch(batch).await.map(drop)), -32600);

    // Some servers answer notifications, and that is not an error.
    for answer in [r#"{"jsonrpc":"2.0","result":null,"id":null}"#, "ok", " "] {
        let client = Script::replies(answer).client();
        client.notify("seen", ("p",)).await.unwrap();
    }
}

#[tokio::test]
async fn a_raw_message_keeps_the_doubt_of_what_is_no_response() {
    let doubtful = |body: &'static str| {
        Script::new(move |_| {
            Ok(TransportReply::new(body)
                .error_if_invalid(TransportError::message("HTTP status 403")))
        })
        .client()
    };
    for body in ["", "<html>", "{}", "[1]", r#"{"message":"Forbidden"}"#] {
        let error = doubtful(body).send("x").await.unwrap_err();
        assert!(error.is_transport(), "{body}: {error:?}");
        assert_eq!(error.to_string(), "a message: HTTP status 403");
    }
    for body in [
        r#"{"jsonrpc":"2.0","result":1,"id":9}"#,
        r#"{"jsonrpc":"2.0","error":{"code":1,"message":"no"},"id":null}"#,
        r#"[{"jsonrpc":"2.0","result":1,"id":1}]"#,
        // As servers of 1.0 send their errors, with status 500.
        r#"{"result":null,"error":{"code":-5,"message":"no"},"id":"curl"}"#,
    ] {
        let reply = doubtful(body).send("x").await.unwrap();
        assert_eq!(reply.as_deref(), Some(body));
    }
}

/// What a call checks by itself, a message that somebody else has written has checked where that is asked for.
#[tokio::test]
async fn a_raw_message_may_be_checked() {
    const CALL: &str = r#"{"jsonrpc":"2.0","method":"m","id":1}"#;
    const NOTE: &str = r#"{"jsonrpc":"2.0","method":"m"}"#;
    const BATCH: &str = r#"[{"jsonrpc":"2.0","method":"m","id":1},{"jsonrpc":"2.0","method":"m","id":"a"},{"jsonrpc":"2.0","method":"m"}]"#;
    const REFUSED: &str =
        r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#;
    const NOTE_1_0: &str = r#"{"method":"m","params":[],"id":null}"#;
    const NOTES: &str = r#"[{"method":"m","params":[],"id":null},{"jsonrpc":"2.0","method":"m"}]"#;
    const BATCH_1_0: &str =
        r#"[{"method":"m","params":[],"id":1},{"method":"m","params":[],"id":null}]"#;
    const ONE: &str = r#"{"jsonrpc":"2.0","result":1,"id":1}"#;
    const NULL: &str = r#"{"jsonrpc":"2.0","result":1,"id":null}"#;
    const A: &str = r#"{"jsonrpc":"2.0","result":1,"id":"\u0061"}"#;

    let checked = async |message: &'static str, reply: String| {
        let client = Script::replies(reply).client();
        client.send(message).checked().await
    };
    for (message, reply) in [
        (CALL, ONE.to_owned()),
        (CALL, ONE.replace("\"id\":1", "\"id\":1.0")),
        (CALL, REFUSED.to_owned()),
        (
            CALL,
            r#"{"jsonrpc":"2.0","error":{"code":1,"message":"no","data":[]},"id":1}"#.to_owned(),
        ),
        (NOTE, REFUSED.to_owned()),
        (BATCH, format!("[{A},{ONE}]")),
        (BATCH, format!("[{REFUSED},{ONE}]")),
        (BATCH, REFUSED.to_owned()),
        ("no json", REFUSED.to_owned()),
        ("[]", REFUSED.to_owned()),
        // Some servers of 1.0 answer what is a notification to others.
        (NOTE_1_0, NULL.to_owned()),
        (NOTE_1_0, REFUSED.to_owned()),
        (NOTES, format!("[{NULL}]")),
        (NOTES, REFUSED.to_owned()),
        (BATCH_1_0, format!("[{ONE}]")),
        (BATCH_1_0, format!("[{ONE},{NULL}]")),
    ] {
        let answer = checked(message, reply.clone()).await;
        assert_eq!(answer.unwrap(), Some(reply), "{message}");
    }
    for silent in [NOTE, NOTE_1_0, NOTES] {
        let answer = checked(silent, String::new()).await;
        assert_eq!(answer.unwrap(), None, "{silent}");
    }

    for (message, reply, expected) in [
        (CALL, String::new(), "the reply is empty"),
        (CALL, "<html>".to_owned(), "the reply is an HTML page"),
        (CALL, "{}".to_owned(), "`jsonrpc` is missing"),
        (
            CALL,
            ONE.replace("result", "error"),
            "`error` is not an error object",
        ),
        (
            CALL,
            ONE.replace("\"id\":1", "\"id\":[1]"),
            "`id` is not a string",
        ),
        (
            CALL,
            ONE.replace("\"id\":1", "\"id\":null"),
            "answers the call with id null",
        ),
        (CALL, A.to_owned(), "not this one with id 1"),
        (CALL, format!("[{ONE}]"), "not an object"),
        (NOTE, ONE.to_owned(), "it answers an id that was not sent"),
        (
            NOTE_1_0,
            ONE.to_owned(),
            "it answers an id that was not sent",
        ),
        (BATCH_1_0, String::new(), "the reply is empty"),
        (
            BATCH_1_0,
            format!("[{NULL}]"),
            "no answer to the call with id 1",
        ),
        (BATCH, ONE.to_owned(), "one result, but a batch was sent"),
        (
            BATCH,
            format!("[{ONE}]"),
            r#"no answer to the call with id "a""#,
        ),
        (
            BATCH,
            format!("[{ONE},{A},{ONE}]"),
            "several answers to the call with id 1",
        ),
        (
            BATCH,
            format!("[{ONE},{A},{}]", ONE.replace("\"id\":1", "\"id\":2")),
            "it answers an id that was not sent",
        ),
        (BATCH, format!("[{ONE},{A},7]"), "not an object"),
    ] {
        let error = checked(message, reply.clone()).await.unwrap_err();
        assert!(
            matches!(error, CallError::Protocol(_)),
            "{message} {reply}: {error:?}"
        );
        assert!(
            error.to_string().contains(expected),
            "{message} {reply}: {error}"
        );
    }
}
