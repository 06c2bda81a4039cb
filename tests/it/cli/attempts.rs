//! Calls that are tried again: how often, where, and what is known of them at the end.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use rpc_core::Dispatcher;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;

/// A server that answers each message as its number says, and counts them.
struct Numbered {
    url: String,
    received: Arc<AtomicUsize>,
}

impl Numbered {
    async fn start(
        answer: impl Fn(usize, Value) -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let received = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&received);
        let answer = move |body: Bytes| {
            let number = count.fetch_add(1, Ordering::SeqCst);
            let answer = answer(number, serde_json::from_slice(&body).unwrap());
            async { answer }
        };
        let router = Router::new().fallback(answer);
        tokio::spawn(axum::serve(listener, router).into_future());
        Numbered { url, received }
    }

    /// Answers with this status for the first few messages.
    async fn failing_at_first(times: usize, status: StatusCode) -> Self {
        Numbered::start(move |number, message| match number < times {
            true => (status, [("retry-after", "0")]).into_response(),
            false => result(&message).to_string().into_response(),
        })
        .await
    }

    fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }

    async fn call(&self, words: &[&str]) -> Ran {
        run(rpc(&[&["call", &self.url, "add", "1", "2"], words].concat())).await
    }
}

fn result(call: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "result": 3, "id": call["id"] })
}

fn busy(call: &Value) -> Value {
    let error = json!({ "code": -32009, "message": "busy" });
    json!({ "jsonrpc": "2.0", "error": error, "id": call["id"] })
}

/// The URL of a port at which nobody listens.
async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_call_that_did_not_run_is_tried_again_if_that_is_asked_for() {
    let server = Numbered::failing_at_first(2, StatusCode::TOO_MANY_REQUESTS).await;
    let once = server.call(&[]).await;
    assert!(once.failed(3).starts_with("error: did not run"), "{once:?}");
    assert_eq!(server.received(), 1);
    assert_eq!(server.call(&["--attempts", "2"]).await.printed(), "3");
    assert_eq!(server.received(), 3);
    let server = Numbered::failing_at_first(9, StatusCode::TOO_MANY_REQUESTS).await;
    let thrice = server.call(&["--attempts=3"]).await;
    assert!(
        thrice.failed(3).starts_with("error: did not run"),
        "{thrice:?}"
    );
    assert_eq!(server.received(), 3);
}

#[tokio::test]
async fn a_call_that_may_have_run_is_tried_again_only_if_it_is_idempotent() {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let server = Numbered::failing_at_first(1, status).await;
    let ran = server.call(&["--attempts", "3"]).await;
    assert!(ran.failed(7).starts_with("error: may have run"), "{ran:?}");
    assert_eq!(server.received(), 1);
    let server = Numbered::failing_at_first(1, status).await;
    let ran = server.call(&["--attempts", "3", "--idempotent"]).await;
    assert_eq!(ran.printed(), "3");
    let server = Numbered::failing_at_first(1, status).await;
    let words = ["--attempts", "3", "--idempotent", "--notify"];
    assert_eq!(server.call(&words).await.printed(), "");
    assert_eq!(server.received(), 2);
}

/// A refusal at the end says nothing about the attempt before it.
#[tokio::test]
async fn what_may_have_run_in_one_attempt_may_have_run() {
    let server = Numbered::start(|number, _| match number {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => StatusCode::TOO_MANY_REQUESTS.into_response(),
    })
    .await;
    let ran = server.call(&["--attempts", "2", "--idempotent"]).await;
    assert!(ran.failed(7).starts_with("error: may have run"), "{ran:?}");
    assert_eq!(server.received(), 2);
}

/// The time is for all attempts. One that would come too late is not made.
#[tokio::test]
async fn all_attempts_share_the_timeout() {
    let server = Numbered::start(|_, _| {
        (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response()
    })
    .await;
    let ran = server.call(&["--attempts", "9", "--timeout", "50s"]).await;
    assert!(
        ran.failed(3)
            .contains("hint: the server asks to try again in 3600s"),
        "{ran:?}"
    );
    assert_eq!(server.received(), 1);
}

#[tokio::test]
async fn other_servers_take_over() {
    let (down, up) = (nowhere().await, Server::start().await);
    for _ in 0..4 {
        let words = ["call", &down, "add", "1", "2", "--or", &up.url];
        assert_eq!(run(rpc(&words)).await.printed(), "3");
    }
    let words = ["call", &down, "add", "1", "2", "--or", &nowhere().await];
    let ran = run(rpc(&words)).await;
    let error = ran.failed(3);
    assert!(error.starts_with("error: did not run"), "{error}");
    assert!(error.contains(" one of http://127.0.0.1:"), "{error}");
    // An endpoint has its own credentials, and nobody else gets them.
    let folder = Folder::new();
    let config = format!("[endpoints.shop]\nurl = \"{down}\"\nbearer = \"sesame\"\n");
    let config = folder.write("config.toml", &config);
    let mut command = rpc(&["call", "shop", "add", "1", "2", "--or", &up.url]);
    command.env("RPC_CONFIG", config);
    assert_eq!(run(command).await.printed(), "3");
    assert!(up.header("authorization").is_none());
}

#[tokio::test]
async fn servers_have_to_be_of_one_kind() {
    let words = ["call", "http://a/", "add", "--or", "ws://b/"];
    assert!(
        run(rpc(&words))
            .await
            .failed(2)
            .starts_with("error: --or: not the same kind")
    );
    let words = ["call", "stdio:a", "add", "--or", "stdio:b"];
    assert!(
        run(rpc(&words))
            .await
            .failed(2)
            .contains("over stdin and stdout")
    );
    let words = ["call", "stdio:a", "add", "--attempts", "2"];
    assert!(
        run(rpc(&words))
            .await
            .failed(2)
            .contains("--attempts: not supported")
    );
}

#[tokio::test]
async fn attempts_are_shown() {
    let server = Numbered::failing_at_first(1, StatusCode::TOO_MANY_REQUESTS).await;
    let ran = server.call(&["--attempts", "2", "-v"]).await;
    assert_eq!((ran.code, &*ran.out), (Some(0), "3\n"), "{ran:?}");
    assert_eq!(ran.err.matches("> POST ").count(), 2, "{ran:?}");
    assert!(ran.err.contains("> rpc-attempt: 2\n"), "{ran:?}");
    let mut command = rpc(&["config", &server.url]);
    command.env("RPC_ATTEMPTS", "4");
    let shown = run(command).await;
    assert!(
        shown.out.contains("(environment, RPC_ATTEMPTS)"),
        "{shown:?}"
    );
}

/// A policy reads what an old server says as well.
#[tokio::test]
async fn an_old_server_is_tried_again() {
    let server = Numbered::start(|number, call| match number {
        0 => StatusCode::TOO_MANY_REQUESTS.into_response(),
        _ => {
            let result = json!({ "result": 3, "error": null, "id": call["id"] });
            result.to_string().into_response()
        }
    })
    .await;
    let words = ["--attempts", "2", "--jsonrpc", "1.0"];
    assert_eq!(server.call(&words).await.printed(), "3");
    assert_eq!(server.received(), 2);
}

/// The results of a batch, by line: 3, or what is wrong.
fn lines(ran: &Ran) -> BTreeMap<u64, Value> {
    let lines = ran.out.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        (line["line"].as_u64().unwrap(), line["result"].clone())
    });
    lines.collect()
}

/// A server that answers two calls of each batch and is too busy for the others.
async fn two_at_a_time() -> Numbered {
    Numbered::start(|_, message| {
        let answers: Value = match &message {
            Value::Array(calls) => {
                let calls = calls.iter().enumerate();
                calls
                    .map(|(index, call)| if index < 2 { result(call) } else { busy(call) })
                    .collect()
            }
            call => result(call),
        };
        answers.to_string().into_response()
    })
    .await
}

/// Lines that the server refused while it answered others go into a message of their own. The journal has each answer once.
#[tokio::test]
async fn refused_lines_of_a_batch_are_sent_again() {
    let folder = Folder::new();
    let input = folder.write("input", &"add 1 2\n".repeat(5));
    let server = two_at_a_time().await;
    let once = run(rpc(&["batch", &server.url, &input])).await;
    assert_eq!(once.code, Some(3), "{once:?}");
    assert_eq!(server.received(), 1);
    let journal = folder.path("journal");
    let words = ["batch", &server.url, &input, "--resume", &journal];
    let words = [&words[..], &["--attempts", "3"]].concat();
    let ran = run(rpc(&words)).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected: BTreeMap<u64, Value> = (1..=5).map(|line| (line, json!(3))).collect();
    assert_eq!(lines(&ran), expected);
    assert_eq!(server.received(), 1 + 3);
    // Nothing is left to be sent.
    let again = run(rpc(&words)).await;
    assert_eq!(lines(&again), expected);
    assert_eq!(server.received(), 4);
}

/// What still did not run at the end is sent by the next run, and nothing else is.
#[tokio::test]
async fn a_journal_knows_what_did_not_run() {
    let folder = Folder::new();
    let input = folder.write("input", &"add 1 2\n".repeat(5));
    let journal = folder.path("journal");
    let server = two_at_a_time().await;
    let words = ["batch", &server.url, &input, "--resume", &journal];
    let words = [&words[..], &["--attempts", "2"]].concat();
    let ran = run(rpc(&words)).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(server.received(), 2);
    let ran = run(rpc(&words)).await;
    assert_eq!((ran.code, lines(&ran).len()), (Some(0), 5), "{ran:?}");
    assert_eq!(server.received(), 3);
}

#[tokio::test]
async fn a_batch_goes_to_another_server() {
    let (down, up) = (nowhere().await, Server::start().await);
    let folder = Folder::new();
    let input = folder.write("input", &"mark 1\n".repeat(40));
    let words = ["batch", &down, &input, "--or", &up.url, "--batch-size", "4"];
    let ran = run(rpc(&words)).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(up.seen.marks.lock().unwrap().len(), 40);
}

/// A message without an answer is sent again only with the promise that this does no harm.
#[tokio::test]
async fn a_batch_that_may_have_run_is_not_sent_again() {
    let status = StatusCode::BAD_GATEWAY;
    let folder = Folder::new();
    let input = folder.write("input", "add 1 2\n");
    for (words, code, received) in [
        (&["--attempts", "3"][..], 7, 1),
        (&["--attempts", "3", "--idempotent"], 0, 2),
    ] {
        let server = Numbered::failing_at_first(1, status).await;
        let words = [&["batch", &server.url, &input], words].concat();
        let ran = run(rpc(&words)).await;
        assert_eq!(
            (ran.code, server.received()),
            (Some(code), received),
            "{ran:?}"
        );
    }
}

#[tokio::test]
async fn http2_is_spoken_if_that_is_asked_for() {
    let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = rpc_http::server::serve(listener, rpc_http::server::endpoint(service));
    tokio::spawn(serving.http2(true).into_future());
    let words = ["call", &url, "add", "1", "2", "--http2"];
    assert_eq!(run(rpc(&words)).await.printed(), "3");
    // This one does not speak it.
    let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = rpc_http::server::serve(listener, rpc_http::server::endpoint(service));
    tokio::spawn(serving.http2(false).into_future());
    let words = ["call", &url, "add", "1", "2", "--http2"];
    let ran = run(rpc(&words)).await;
    assert_ne!(ran.code, Some(0), "{ran:?}");
    let words = ["call", "ws://localhost:1/", "add", "--http2"];
    let ran = run(rpc(&words)).await;
    assert!(
        ran.failed(2)
            .contains("--http2: not supported over a WebSocket"),
        "{ran:?}"
    );
}
