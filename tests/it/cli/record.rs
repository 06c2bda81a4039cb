//! `rpc record` and `rpc replay`.

use std::fs;
use std::future::IntoFuture;
use std::sync::atomic::AtomicU64;

use futures_util::{Stream, stream};
use rpc_core::{Context, Dispatcher, function, rpc as contract};
use rpc_http::server::{endpoint, serve};
use serde_json::Value;
use tokio::net::TcpListener;

use super::served::Served;
use super::*;

/// Its methods are in no document, so that `rpc record` finds out by itself that one returns a stream.
#[contract]
trait Ticks {
    fn ticks(&self, count: u32) -> impl Stream<Item = u32>;
}

struct Clock;

impl Ticks for Clock {
    fn ticks(&self, count: u32) -> impl Stream<Item = u32> {
        stream::iter(0..count)
    }
}

/// A server that counts, knows passwords, and says which `authorization` it has got.
async fn shop() -> String {
    let count = std::sync::Arc::new(AtomicU64::new(1000));
    let place = move |item: String| {
        let count = count.fetch_add(1, Ordering::Relaxed);
        async move {
            serde_json::json!({"number": count, "item": item, "big": 12_345_678_901_234_567_u64})
        }
    };
    let log_in = |user: String, password: String| async move { user == password };
    let dispatcher = Dispatcher::new()
        .service(TicksServer::new(Clock))
        .method("orders.place", function(place).params(&["item"]))
        .method(
            "log_in",
            function(log_in)
                .params(&["user", "password"])
                .secret("password")
                .schema(),
        )
        .method("who", |cx: Context| async move {
            cx.header("authorization").unwrap_or("nobody").to_owned()
        });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, endpoint(dispatcher)).into_future());
    url
}

/// The lines of a recording.
fn lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn calls_are_recorded_without_their_secrets() {
    let server = shop().await;
    let folder = Folder::new();
    let path = folder.path("shop.jsonl");
    fs::create_dir_all(folder.path("")).unwrap();
    let record = Served::start(&["record", &server, "-o", &path, "--hide", "item"]).await;
    let ran = record
        .ran(&["orders.place", "item=tea", "-H", "x-key: opensesame"])
        .await;
    assert!(
        ran.printed().contains("\"item\":\"tea\""),
        "the caller gets all: {ran:?}"
    );
    let ran = record.ran(&["log_in", "ann", "opensesame"]).await;
    assert_eq!(ran.printed(), "false");
    let who = record.ran(&["who", "--bearer", "opensesame"]).await;
    assert_eq!(who.printed(), "\"Bearer opensesame\"");

    // Each line is there at once.
    let lines = lines(&path);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(
        lines[0]["request"]["params"],
        serde_json::json!({"item": "(hidden)"})
    );
    assert_eq!(lines[0]["response"]["result"]["item"], "(hidden)");
    assert_eq!(lines[0]["response"]["result"]["number"], 1000);
    assert_eq!(lines[0]["status"], 200);
    assert_eq!(
        lines[1]["request"]["params"],
        serde_json::json!(["ann", "(hidden)"])
    );
    assert_eq!(
        lines[1]["hidden"],
        serde_json::json!({"/request/params/1": "password"})
    );
    let ran = record.stop().await;
    let end = format!("3 exchanges recorded in {path}\n");
    assert_eq!((ran.code, ran.err), (Some(0), end));
    // The answer of `who` has it, and nothing else.
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("opensesame").count(), 1, "{text}");
}

#[tokio::test]
async fn what_the_server_says_back_is_hidden() {
    let pay = |card: String| async move { vec![card.clone(), format!("{card} is refused")] };
    let pay = function(pay).params(&["card"]).secret("card").schema();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}/", listener.local_addr().unwrap());
    let dispatcher = Dispatcher::new().method("pay", pay);
    tokio::spawn(serve(listener, endpoint(dispatcher)).into_future());
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("shop.jsonl");
    let record = Served::start(&["record", &server, "-o", &path]).await;
    let ran = record.ran(&["pay", "4242-4242"]).await;
    assert!(ran.printed().contains("4242-4242 is refused"), "{ran:?}");
    record.stop().await;
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("4242"), "{text}");
    let result = serde_json::json!(["(hidden)", "(hidden)"]);
    assert_eq!(lines(&path)[0]["response"]["result"], result);

    // What is hidden is not compared.
    let secrets = folder.write("secrets.json", r#"{"card": "other"}"#);
    let compared = rpc(&["replay", &path, "--against", &server, "--secrets", &secrets]);
    assert_eq!(run(compared).await.printed(), "1 the same, 0 different");
}

/// Proxies show the request that they refuse, in a page.
#[tokio::test]
async fn a_page_that_shows_the_request_is_not_recorded() {
    let refuse = |body: String| async move { (axum::http::StatusCode::BAD_GATEWAY, body + "?") };
    let page = axum::Router::new().fallback(refuse);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, page).into_future());
    let folder = Folder::new();
    let document = folder.write("openrpc.json", STREAMS);
    let path = folder.path("shop.jsonl");
    let arguments = ["record", &server, "-o", &path, "--document", &document];
    let record = Served::start(&[&arguments[..], &["--hide", "item"]].concat()).await;
    record.ran(&["watch", "item=tea"]).await;
    record.ran(&["count"]).await;
    record.stop().await;
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("502") && !text.contains("tea"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others can read it");
    }
}

#[tokio::test]
async fn a_recording_answers_in_the_order_of_its_calls() {
    let server = shop().await;
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("shop.jsonl");
    let record = Served::start(&["record", &server, "-o", &path]).await;
    let mut recorded = Vec::new();
    for item in ["tea", "cake", "tea"] {
        recorded.push(
            record
                .call(&["orders.place", &format!("item={item}")])
                .await,
        );
    }
    record.ran(&["orders.place", ":=1"]).await.failed(1);
    record.ran(&["log_in", "ann", "sesame"]).await.printed();
    record.stop().await;

    let replay = Served::start(&["replay", &path]).await;
    assert_eq!(
        replay.call(&["orders.place", "item=cake"]).await,
        recorded[1]
    );
    for expected in [0, 2, 2] {
        assert_eq!(
            replay.call(&["orders.place", "item=tea"]).await,
            recorded[expected]
        );
    }
    let refused = replay.ran(&["orders.place", ":=1"]).await;
    assert!(refused.failed(1).contains("code -32602"), "{refused:?}");
    // What is hidden is not compared.
    assert_eq!(replay.call(&["log_in", "ann", "anything"]).await, "false");
    for (words, reason) in [
        (
            &["orders.place", "item=bread"] as &[&str],
            "the recording has no call of `orders.place` with these params",
        ),
        (
            &["log_in", "bob", "anything"],
            "the recording has no call of `log_in` with these params",
        ),
        (
            &["orders.list"],
            "the recording has no call of `orders.list`",
        ),
    ] {
        let ran = replay.ran(words).await;
        assert!(ran.failed(1).contains(reason), "{ran:?}");
    }
    // The id is that of the caller.
    let message =
        r#"{"jsonrpc":"2.0","id":"mine","method":"orders.place","params":{"item":"cake"}}"#;
    let reply = replay.post(message).await;
    assert!(
        reply.contains(r#""id":"mine""#) && reply.contains("12345678901234567"),
        "{reply}"
    );
    assert_eq!(replay.stop().await.code, Some(0));
}

const STREAMS: &str = r#"{
    "openrpc": "1.4.1",
    "info": {"title": "Shop", "version": "2.0.0"},
    "methods": [
        {"name": "watch", "params": [{"name": "item", "schema": {"type": "string"}}], "result": {"name": "end", "schema": {"type": "null"}},
         "x-stream": {"item": {"type": "integer"}, "end": {"type": "null"}, "notification": "$/progress"}},
        {"name": "count", "params": [], "result": {"name": "r", "schema": {"type": "integer"}}},
        {"name": "seen", "params": []}
    ]
}"#;

#[tokio::test]
async fn streams_batches_and_notifications_are_recorded_and_replayed() {
    let folder = Folder::new();
    let document = folder.write("openrpc.json", STREAMS);
    let path = folder.path("shop.jsonl");
    let mock = Served::start(&["mock", &document]).await;
    let record = Served::start(&["record", &mock.url, "-o", &path]).await;
    let items = record.call(&["watch", "tea"]).await;
    assert_eq!(items.lines().count(), 3);
    let over_websocket = run(rpc(&["call", &record.websocket(), "watch", "cake"])).await;
    assert_eq!(over_websocket.printed().lines().count(), 3);
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"count"},{"jsonrpc":"2.0","method":"seen"},{"jsonrpc":"2.0","id":2,"method":"seen"}]"#;
    let answered = record.post(batch).await;
    record.stop().await;

    let lines = lines(&path);
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert_eq!(lines[0]["items"].as_array().unwrap().len(), 3);
    let outcomes: Vec<&str> = lines
        .iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes.iter().filter(|it| **it == "notified").count(),
        1,
        "{outcomes:?}"
    );

    let replay = Served::start(&["replay", &path]).await;
    assert_eq!(replay.call(&["watch", "tea"]).await, items);
    let again = run(rpc(&["call", &replay.websocket(), "watch", "cake"])).await;
    assert_eq!(again.printed(), over_websocket.printed());
    assert_eq!(replay.post(batch).await, answered);

    let compared = run(rpc(&["replay", &path, "--against", &mock.url])).await;
    assert_eq!(
        compared.printed(),
        "4 the same, 0 different, 1 sent as notifications"
    );
    let other = Served::start(&["mock", &document, "--seed", "5", "--items", "4"]).await;
    let compared = run(rpc(&["replay", &path, "--against", &other.url])).await;
    assert_eq!(
        (compared.code, &*compared.err),
        (Some(1), "error: 3 answers differ\n")
    );
    assert!(
        compared.out.contains(":1: watch: /items/0: recorded "),
        "{compared:?}"
    );
    assert!(
        compared
            .out
            .contains(":1: watch: /items/3: recorded nothing, now "),
        "{compared:?}"
    );
}

#[tokio::test]
async fn a_stream_that_no_document_describes_is_one_exchange() {
    let server = shop().await;
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("shop.jsonl");
    let record = Served::start(&["record", &server, "-o", &path]).await;
    for _ in 0..2 {
        assert_eq!(record.call(&["ticks", "3"]).await, "0\n1\n2");
    }
    record.stop().await;
    let lines = lines(&path);
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        let items = serde_json::json!([{"value": 0}, {"value": 1}, {"value": 2}]);
        assert_eq!(line["items"], items);
    }
}

/// `rpc call … | head -2`
#[tokio::test]
async fn a_stream_that_its_caller_stops_is_recorded_as_far_as_it_went() {
    let server = shop().await;
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("shop.jsonl");
    let record = Served::start(&["record", &server, "-o", &path]).await;
    let mut command = rpc(&["call", &record.websocket(), "ticks", "4000000000"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut items = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(items.next_line().await.unwrap().as_deref(), Some("0"));
    drop(items);
    end_of(child).await;
    let recorded = async {
        while fs::read_to_string(&path).unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, recorded)
        .await
        .expect("it is not recorded");
    record.stop().await;
    let lines = lines(&path);
    assert_eq!(lines[0]["outcome"], "given-up", "{lines:?}");
    assert!(lines[0]["items"].as_array().unwrap().len() <= 10_000);

    // The replay sends as many, and stays open.
    let replay = Served::start(&["replay", &path]).await;
    let mut command = rpc(&[
        "call",
        &replay.url,
        "ticks",
        "4000000000",
        "--idle-timeout",
        "300ms",
    ]);
    let ran = run({
        command.stdout(Stdio::piped());
        command
    })
    .await;
    assert!(
        ran.out.starts_with("0\n1\n") && ran.err.contains("silent"),
        "{:?}",
        ran.err
    );
}

#[tokio::test]
async fn a_server_that_answers_otherwise_is_found() {
    let server = shop().await;
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("shop.jsonl");
    let record = Served::start(&["record", &server, "-o", &path]).await;
    record.call(&["orders.place", "item=tea"]).await;
    record.call(&["log_in", "ann", "ann"]).await;
    record.stop().await;
    let against = |more: &[&str]| rpc(&[&["replay", &path, "--against", &server], more].concat());

    let ran = run(against(&[])).await;
    assert_eq!(
        ran.failed(2),
        format!(
            "error: {path}:2: the value of `password` is hidden\nhint: --secrets FILE gives such values, and --skip-hidden leaves these calls out"
        )
    );
    let ran = run(against(&["--skip-hidden"])).await;
    assert_eq!(
        (ran.code, &*ran.err),
        (Some(1), "error: 1 answer differs\n")
    );
    assert_eq!(
        ran.out,
        format!(
            "{path}:1: orders.place: /result/number: recorded 1000, now 1001\n0 the same, 1 different, 1 left out because of hidden values\n"
        )
    );
    let secrets = folder.write("secrets.json", r#"{"password": "ann"}"#);
    let ran = run(against(&[
        "--secrets",
        &secrets,
        "--ignore",
        "/result/number",
    ]))
    .await;
    assert_eq!(ran.printed(), "2 the same, 0 different");
    let wrong = folder.write("wrong.json", r#"{"password": "bob"}"#);
    let ran = run(against(&[
        "--secrets",
        &wrong,
        "--ignore",
        "/result/number",
    ]))
    .await;
    assert!(
        ran.out
            .contains(":2: log_in: /result: recorded true, now false"),
        "{ran:?}"
    );
    let broken = folder.write("broken.json", r#"{"password": opensesame"#);
    let ran = run(against(&["--secrets", &broken])).await;
    assert!(!ran.failed(2).contains("opensesame"), "{ran:?}");
    let ran = run(rpc(&[
        "replay",
        &path,
        "--against",
        "http://127.0.0.1:1/",
        "--skip-hidden",
    ]))
    .await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
}

#[tokio::test]
async fn a_file_is_not_overwritten() {
    let server = shop().await;
    let folder = Folder::new();
    let path = folder.write("shop.jsonl", "");
    let ran = run(rpc(&["record", &server, "-o", &path])).await;
    assert!(
        ran.failed(6).ends_with("hint: --append adds to the file"),
        "{ran:?}"
    );
    for count in 1..=2 {
        let record = Served::start(&["record", &server, "-o", &path, "--append"]).await;
        record.call(&["orders.place", "item=tea"]).await;
        assert_eq!(record.stop().await.code, Some(0));
        assert_eq!(lines(&path).len(), count);
    }
}

#[tokio::test]
async fn a_call_that_got_no_answer_is_recorded_as_one() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let folder = Folder::new();
    let document = folder.write("openrpc.json", STREAMS);
    let path = folder.path("shop.jsonl");
    let record = Served::start(&["record", &url, "-o", &path, "--document", &document]).await;
    let ran = record.ran(&["count"]).await;
    assert_eq!(ran.code, Some(3), "nothing ran: {ran:?}");
    record.stop().await;
    let lines = lines(&path);
    assert_eq!(lines[0]["outcome"], "failed");
    assert!(
        lines[0]["failure"].as_str().unwrap().contains("connect"),
        "{lines:?}"
    );

    let replay = Served::start(&["replay", &path]).await;
    let ran = replay.ran(&["count"]).await;
    assert!(
        ran.failed(1).contains("the recorded call has no answer"),
        "{ran:?}"
    );
    let mock = Served::start(&["mock", &document]).await;
    let ran = run(rpc(&["replay", &path, "--against", &mock.url])).await;
    let left_out = "0 the same, 0 different, 1 left out because they were not answered\n";
    assert_eq!((ran.code, &*ran.out), (Some(2), left_out), "{ran:?}");
}

#[tokio::test]
async fn secrets_of_an_unknown_document_are_not_recorded_in_silence() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("")).unwrap();
    let path = folder.path("shop.jsonl");
    let broken =
        super::introspection::that_says(&[("rpc.discover", r#"{"openrpc":"1.4.1"}"#)]).await;
    let ran = run(rpc(&["record", &broken.url, "-o", &path])).await;
    assert!(
        ran.failed(2)
            .contains("the document of the server can't be read"),
        "{ran:?}"
    );
    assert!(!fs::exists(&path).unwrap());
    let silent = super::introspection::that_says(&[]).await;
    let record = Served::start(&["record", &silent.url, "-o", &path]).await;
    let ran = record.stop().await;
    assert!(
        ran.err.starts_with(
            "warning: the server has no document; only the members that --hide names are hidden\n"
        ),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_recording_is_an_error() {
    let folder = Folder::new();
    let path = folder.write("wrong.jsonl", "\n{}\n");
    let ran = run(rpc(&["replay", &path])).await;
    let place = format!("error: {path}:2: not a line of a recording: ");
    assert!(ran.failed(2).starts_with(&place), "{ran:?}");
    let ran = run(rpc(&["replay", "nothing.jsonl"])).await;
    assert!(
        ran.failed(6).starts_with("error: nothing.jsonl: "),
        "{ran:?}"
    );
    let ran = run(rpc(&["replay", &path, "--ignore", "/result"])).await;
    assert!(ran.failed(2).contains("--against"), "{ran:?}");
}

#[tokio::test]
async fn a_comparison_of_nothing_fails() {
    let server = shop().await;
    let folder = Folder::new();
    let empty = folder.write("empty.jsonl", "\n");
    let ran = run(rpc(&["replay", &empty, "--against", &server])).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(
        ran.err
            .contains("nothing in this recording could be compared"),
        "{ran:?}"
    );
    assert_eq!(ran.out, "0 the same, 0 different\n");
}
