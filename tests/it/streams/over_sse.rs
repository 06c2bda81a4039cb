//! Streams over plain HTTP, as server-sent events.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use rpc_core::{
    Batching, CallError, Client, Context, ErrorObject, Execution, Peer, RpcError, Transport, code,
    rpc,
};
use rpc_http::lean;
use rpc_http::server::{Endpoint, Serve, endpoint};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::sync::Semaphore;

use super::checks;
use super::feed::{AnswersClient, FeedClient, FeedServer, LIMIT, Source, Watch, until};
use crate::http::{Raw, Running, running, running_with, within};

type Served = Endpoint<FeedServer<Source>>;

/// A server that notices soon when a client has gone.
async fn server(set: impl FnOnce(Served) -> Served) -> (Running, Arc<Watch>) {
    server_with(set, |serve| serve).await
}

async fn server_with(
    set: impl FnOnce(Served) -> Served,
    set_up: impl FnOnce(Serve<Served>) -> Serve<Served>,
) -> (Running, Arc<Watch>) {
    let (served, watch) = feed();
    (running_with(set(served), set_up).await, watch)
}

fn feed() -> (Served, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    let endpoint = endpoint(FeedServer::new(Source(Arc::clone(&watch))));
    let interval = Duration::from_millis(50);
    (endpoint.heartbeat_interval(interval), watch)
}

fn lean_client(server: &Running) -> lean::Client {
    lean::Client::new(server.url()).unwrap()
}

async fn all<T: Transport>(client: Client<T>, watch: &Watch) {
    checks::one_by_one(client.clone(), watch).await;
    let feed = FeedClient::new(client);
    let dropped = checks::dropped_streams_leave_nothing_behind(&feed, watch, 500);
    tokio::time::timeout(LIMIT, dropped).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_by_the_lean_client() {
    let (server, watch) = server(|endpoint| endpoint).await;
    all(lean_client(&server), &watch).await;
}

#[tokio::test]
async fn streams_on_one_thread() {
    let (server, watch) = server(|endpoint| endpoint.shorthand(true)).await;
    all(lean_client(&server), &watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_by_the_client_on_reqwest() {
    let (server, watch) = server(|endpoint| endpoint).await;
    all(server.client(), &watch).await;
}

#[tokio::test]
async fn streams_beside_batches() {
    let (server, watch) = server(|endpoint| endpoint).await;
    let client = lean::Client::builder().batching(Batching::default());
    all(client.build(server.url()).unwrap(), &watch).await;
}

#[tokio::test]
async fn streams_in_an_axum_router() {
    let (feed, watch) = feed();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().route_service("/rpc", feed);
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let client = lean::Client::new(format!("http://{address}/rpc")).unwrap();
    all(client, &watch).await;
    server.abort();
}

#[tokio::test]
async fn what_cannot_be_answered_at_once_is_refused() {
    let (server, watch) = server(|endpoint| endpoint).await;
    checks::refusals(lean_client(&server), &watch).await;
    let refused = within(
        FeedClient::new(lean_client(&server).version_1())
            .count(3)
            .into_future(),
    );
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun, "{refused}");
}

/// A request, as a client sends it that closes the connection afterwards.
fn post(body: &str, headers: &str) -> Vec<u8> {
    let length = body.len();
    let head = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json";
    format!("{head}\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

/// All that the server sends until it closes the connection.
async fn exchange(server: &Running, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut response = Vec::new();
    within(stream.read_to_end(&mut response)).await.unwrap();
    String::from_utf8(response).unwrap()
}

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"feed.{method}","params":{params},"id":7}}"#)
}

const EVENTS: &str = "accept: text/event-stream\r\n";

#[tokio::test]
async fn the_wire() {
    let (server, _) = server(|endpoint| endpoint).await;
    let response = exchange(&server, &post(&call("count", "[2]"), EVENTS)).await;
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    for line in [
        "HTTP/1.1 200 OK",
        "content-type: text/event-stream",
        "cache-control: no-store",
        "x-accel-buffering: no",
        "transfer-encoding: chunked",
    ] {
        assert!(head.lines().any(|it| it == line), "{line}: {head}");
    }
    let events: String = body.lines().filter(|it| it.starts_with("data")).collect();
    let expected = [
        r#"data: {"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":1}}"#,
        r#"data: {"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":2}}"#,
        r#"data: {"jsonrpc":"2.0","result":null,"id":7}"#,
    ];
    assert_eq!(events, expected.concat());
    assert!(body.ends_with("\n\n\r\n0\r\n\r\n"), "{body:?}");
}

#[tokio::test]
async fn the_client_chooses_the_form() {
    let (server, _) = server(|endpoint| endpoint).await;
    for (accept, has_events) in [
        ("accept: text/event-stream\r\n", true),
        ("accept: application/json, text/event-stream\r\n", true),
        (
            "accept: application/json\r\naccept: text/event-stream;q=0.1\r\n",
            true,
        ),
        ("accept: text/event-stream;q=0, application/json\r\n", false),
        ("accept: */*\r\n", false),
        ("accept: application/json\r\n", false),
        ("", false),
    ] {
        let response = exchange(&server, &post(&call("count", "[1]"), accept)).await;
        let is_stream = response.contains("content-type: text/event-stream");
        assert_eq!(is_stream, has_events, "{accept} {response}");
        let is_refused = response.contains(
            r#"{"code":-33000,"message":"the method returns a stream: send `Accept: text/event-stream`"}"#,
        );
        assert_eq!(is_refused, !has_events, "{accept} {response}");
    }
}

#[tokio::test]
async fn what_fails_before_the_stream_is_open_is_plain() {
    let (plain, _) = server(|endpoint| endpoint).await;
    let (strict, watch) = server(|endpoint| endpoint.error_statuses(true)).await;
    let call_without_id = r#"{"jsonrpc":"2.0","method":"feed.count","params":[1]}"#;
    let notification = r#"{"jsonrpc":"2.0","method":"feed.note","params":["x"]}"#;
    for (message, status, answer) in [
        (call("echo", r#"["x"]"#), 200, r#""result":"x""#),
        (call("nothing", "[]"), 404, r#""code":-32601"#),
        (call("count", r#"["x"]"#), 400, r#""code":-32602"#),
        (call("fragile", "[0]"), 422, r#""code":1001"#),
        (call("ask", "[1]"), 422, r#""code":-33000"#),
        (
            format!("[{}]", call("count", "[1]")),
            200,
            r#""code":-33001"#,
        ),
        (
            format!("[{}]", call("echo", r#"["x"]"#)),
            200,
            r#""result":"x""#,
        ),
        (
            call("count", "[1]").replace('7', "null"),
            400,
            r#""code":-32600"#,
        ),
        (call("count", "[1"), 400, r#""code":-32700"#),
        (call_without_id.to_owned(), 200, ""),
        (notification.to_owned(), 200, ""),
    ] {
        let request = post(&message, EVENTS);
        let response = exchange(&strict, &request).await;
        let line = format!("HTTP/1.1 {status}");
        assert!(response.starts_with(&line), "{message} {response}");
        assert!(!response.contains("event-stream"), "{message} {response}");
        assert!(response.contains(answer), "{message} {response}");
        let response = exchange(&plain, &request).await;
        assert!(response.starts_with("HTTP/1.1 200"), "{message} {response}");
        // As it is answered to a client that has not asked for events.
        if !message.contains("feed.fragile") && !message.contains("feed.count") {
            let undated = |response: String| {
                let lines = response.lines().filter(|line| !line.starts_with("date:"));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            let other = exchange(&plain, &post(&message, "")).await;
            assert_eq!(undated(response), undated(other));
        }
    }
    until(|| watch.running() == 0).await;
}

#[tokio::test]
async fn a_comment_breaks_the_silence() {
    let (server, watch) = server(|endpoint| endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&post(&call("silent", "[]"), EVENTS)).await;
    let mut read = Vec::new();
    // The head comes without an item.
    let comments = |read: &[u8]| String::from_utf8_lossy(read).matches(":\n\n").count();
    while comments(&read) < 3 {
        assert!(within(raw.stream.read_buf(&mut read)).await.unwrap() > 0);
    }
    assert_eq!(watch.running(), 1);
    drop(raw);
    watch.until_all_dropped().await;
}

/// With the default interval of 15 s.
#[tokio::test]
async fn a_client_that_goes_is_noticed_between_comments() {
    let watch = Arc::new(Watch::default());
    let server = running(endpoint(FeedServer::new(Source(Arc::clone(&watch))))).await;
    let streams = [
        FeedClient::new(lean_client(&server))
            .silent()
            .await
            .unwrap(),
        FeedClient::new(server.client()).silent().await.unwrap(),
    ];
    watch.until_opened(2).await;
    drop(streams);
    let noticed = tokio::time::timeout(Duration::from_secs(12), watch.until_all_dropped());
    noticed.await.expect("before the first comment is due");
}

/// As `nc -N` does.
#[tokio::test]
async fn a_client_that_closes_only_its_side_reads_on() {
    let (server, watch) = server(|endpoint| endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&post(&call("silent", "[]"), EVENTS)).await;
    watch.until_opened(1).await;
    raw.stream.shutdown().await.unwrap();
    let mut read = Vec::new();
    while String::from_utf8_lossy(&read).matches(":\n\n").count() < 5 {
        assert!(within(raw.stream.read_buf(&mut read)).await.unwrap() > 0);
    }
    assert_eq!(watch.running(), 1);
    let items = exchange_half_closed(&server, &post(&call("count", "[3]"), EVENTS)).await;
    assert!(items.contains(r#""result":null"#), "{items}");
}

/// As [`exchange`], but with the request's end the client closes its side.
async fn exchange_half_closed(server: &Running, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut response = String::new();
    within(stream.read_to_string(&mut response)).await.unwrap();
    response
}

#[tokio::test]
async fn a_lost_server_is_not_an_end() {
    let (server, watch) = server(|endpoint| endpoint).await;
    let feed = FeedClient::new(lean_client(&server));
    let other = FeedClient::new(server.client());
    let mut silent = feed.silent().await.unwrap();
    let mut same = other.silent().await.unwrap();
    server.task.abort();
    for failed in [within(silent.next()).await, within(same.next()).await] {
        let failed = failed.expect("not a clean end").unwrap_err();
        assert!(failed.is_transport(), "{failed}");
        assert_eq!(failed.execution(), Execution::MaybeRun);
    }
    assert!(silent.next().await.is_none());
    watch.until_all_dropped().await;
}

#[tokio::test]
async fn a_stop_ends_streams() {
    let (mut server, watch) = server(|endpoint| endpoint).await;
    let feed = FeedClient::new(lean_client(&server));
    let mut silent = feed.silent().await.unwrap();
    let mut endless = feed.endless("x").await.unwrap();
    assert!(endless.next().await.unwrap().is_ok());
    server.signal_stop();
    let ended = within(silent.next()).await.expect("not a clean end");
    let ended = ended.unwrap_err();
    assert_eq!(ended.object().unwrap().code(), code::SERVER_CANCELLED);
    // What was written before is read before.
    let last = within(async {
        loop {
            if let Err(error) = endless.next().await.expect("not a clean end") {
                break error;
            }
        }
    });
    assert_eq!(last.await.object().unwrap().code(), code::SERVER_CANCELLED);
    watch.until_all_dropped().await;
    server.until_stopped().await;
}

/// The endpoint learns of the stop also from within a router.
#[tokio::test]
async fn a_stop_ends_streams_in_a_router() {
    let (feed, watch) = feed();
    let router = axum::Router::new().route_service("/", feed);
    let mut server = running(router).await;
    let feed = FeedClient::new(lean_client(&server));
    let mut silent = feed.silent().await.unwrap();
    server.signal_stop();
    let ended = within(silent.next()).await.unwrap().unwrap_err();
    assert_eq!(ended.object().unwrap().code(), code::SERVER_CANCELLED);
    watch.until_all_dropped().await;
    server.until_stopped().await;
}

#[tokio::test]
async fn a_reader_that_is_stuck_is_given_up() {
    let timeout = Duration::from_millis(200);
    let set_up = |serve: Serve<Served>| serve.write_timeout(timeout);
    let (server, watch) = server_with(|endpoint| endpoint, set_up).await;
    let mut raw = server.connect().await;
    let text = "x".repeat(10_000);
    let request = post(&call("endless", &format!("[\"{text}\"]")), EVENTS);
    raw.send(&request).await;
    watch.until_opened(1).await;
    watch.until_all_dropped().await;
}

#[tokio::test]
async fn a_silent_stream_is_not_idle() {
    let idle = Duration::from_millis(50);
    let set_up = |serve: Serve<Served>| serve.idle_timeout(idle).header_timeout(idle);
    let (server, watch) = server_with(
        |endpoint| endpoint.heartbeat_interval(Duration::from_secs(3600)),
        set_up,
    )
    .await;
    let feed = FeedClient::new(lean_client(&server));
    let mut silent = feed.silent().await.unwrap();
    let waited = tokio::time::timeout(10 * idle, silent.next()).await;
    assert!(waited.is_err(), "{waited:?}");
    assert_eq!(watch.running(), 1);
}

#[tokio::test]
async fn too_many_streams_are_refused() {
    let (server, watch) = server(|endpoint| endpoint.max_streams(2)).await;
    let feed = FeedClient::new(lean_client(&server));
    let open = [feed.silent().await.unwrap(), feed.silent().await.unwrap()];
    let refused = feed.silent().await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun, "{refused}");
    assert!(refused.is_retryable());
    assert_eq!(
        feed.echo("calls are answered").await.unwrap(),
        "calls are answered"
    );
    drop(open);
    watch.until_all_dropped().await;
    feed.silent().await.unwrap();
}

/// Streams that are open do not count as messages in flight.
#[tokio::test]
async fn open_streams_keep_nobody_from_calling() {
    let (server, _) = server(|endpoint| endpoint.max_in_flight(1)).await;
    let feed = FeedClient::new(lean_client(&server));
    let _open = [feed.silent().await.unwrap(), feed.silent().await.unwrap()];
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

#[tokio::test]
async fn a_silent_stream_times_out_whatever_comments_come() {
    let (server, watch) = server(|endpoint| endpoint).await;
    let feed = FeedClient::new(lean_client(&server));
    let other = FeedClient::new(server.client());
    let timeout = Duration::from_millis(300);
    let mut silent = feed.silent().idle_timeout(timeout).await.unwrap();
    let mut same = other.silent().idle_timeout(timeout).await.unwrap();
    let (failed, same) = tokio::join!(silent.next(), same.next());
    for failed in [failed, same] {
        let failed = failed.unwrap();
        assert!(matches!(failed, Err(CallError::Timeout(_))), "{failed:?}");
    }
    watch.until_all_dropped().await;
}

/// The connection of a stream that has come to its end carries others.
#[tokio::test]
async fn connections_are_used_again() {
    let (server, _) = server(|endpoint| endpoint).await;
    let (address, connections) = counting_relay(server.address).await;
    let url = format!("http://{address}/");
    let feed = FeedClient::new(lean::Client::new(&url).unwrap());
    let other = FeedClient::new(rpc_http::Client::new(&url).unwrap());
    for _ in 0..50 {
        let items: Vec<u64> = feed.count(2).await.unwrap().try_collect().await.unwrap();
        let same: Vec<u64> = other.count(2).await.unwrap().try_collect().await.unwrap();
        assert_eq!([items, same], [[1, 2], [1, 2]]);
    }
    let connections = connections.load(Ordering::SeqCst);
    assert!(connections < 20, "{connections}");
}

async fn counting_relay(to: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (mut from, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut to = TcpStream::connect(to).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            });
        }
    });
    (address, connections)
}

/// The timeout of a call is that of its opening.
#[tokio::test]
async fn a_stream_may_take_longer_than_the_timeout() {
    let (server, _) = server(|endpoint| endpoint).await;
    let timeout = Duration::from_millis(300);
    let lean = lean::Client::builder().timeout(timeout);
    let reqwest = rpc_http::Client::builder().timeout(timeout);
    let feed = FeedClient::new(lean.build(server.url()).unwrap());
    let other = FeedClient::new(reqwest.build(server.url()).unwrap());
    let mut silent = feed.silent().await.unwrap();
    let mut same = other.silent().await.unwrap();
    let both = futures_util::future::join(silent.next(), same.next());
    let waited = tokio::time::timeout(3 * timeout, both).await;
    assert!(waited.is_err(), "{waited:?}");
}

#[rpc]
trait Slow {
    /// Opens a stream when there is a permit.
    async fn open(
        &self,
        #[rpc(context)] cx: &Context,
    ) -> Result<impl Stream<Item = u64>, SlowError>;

    fn ask(&self, #[rpc(peer)] ui: &AnswersClient<Peer>) -> impl Stream<Item = String>;

    fn ask_in_secret(&self, #[rpc(context)] cx: &Context) -> impl Stream<Item = String>;

    fn raw(&self) -> impl Stream<Item = Box<serde_json::value::RawValue>>;
}

#[derive(Debug, thiserror::Error, RpcError)]
enum SlowError {
    #[error("closed")]
    #[rpc(code = 1)]
    Closed,
}

#[derive(Clone)]
struct Gate(Arc<Semaphore>);

impl Gate {
    fn closed() -> Self {
        Gate(Arc::new(Semaphore::new(0)))
    }
}

impl Slow for Gate {
    async fn open(&self, cx: &Context) -> Result<impl Stream<Item = u64>, SlowError> {
        cx.add_reply_header("x-opened", "later").unwrap();
        let permit = self.0.acquire().await.map_err(|_| SlowError::Closed)?;
        permit.forget();
        Ok(stream::iter([1, 2]))
    }

    fn ask(&self, ui: &AnswersClient<Peer>) -> impl Stream<Item = String> {
        stream::once(async { format!("{:?}", ui.answer(0).await) })
    }

    fn ask_in_secret(&self, cx: &Context) -> impl Stream<Item = String> {
        let ui = AnswersClient::new(Peer::of(cx));
        stream::once(async move { format!("{}", ui.answer(0).await.unwrap_err()) })
    }

    fn raw(&self) -> impl Stream<Item = Box<serde_json::value::RawValue>> {
        let raw = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
        stream::iter([raw("[1,\n 2]"), raw("{\"a\":\r\n1}"), raw("\t[\r]")])
    }
}

#[tokio::test]
async fn opening_takes_its_time() {
    let gate = Gate::closed();
    let server = running(endpoint(SlowServer::new(gate.clone()))).await;
    let slow = SlowClient::new(lean_client(&server));
    let other = SlowClient::new(server.client());
    let timeout = Duration::from_millis(100);
    for failed in [
        slow.open().timeout(timeout).await.unwrap_err(),
        other.open().timeout(timeout).await.unwrap_err(),
    ] {
        assert!(failed.is_timeout(), "{failed}");
        assert_eq!(failed.execution(), Execution::MaybeRun);
    }
    let opening = tokio::spawn(slow.open().into_future());
    gate.0.add_permits(3);
    let items = within(opening).await.unwrap().unwrap();
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap(), [1, 2]);
    gate.0.close();
    let failed = slow.open().await.unwrap_err();
    assert!(matches!(failed, CallError::Method(SlowError::Closed)));
}

/// A method's headers are those of the response, as for other methods.
#[tokio::test]
async fn a_method_adds_headers() {
    let gate = Gate::closed();
    let server = running(endpoint(SlowServer::new(gate.clone()))).await;
    let request = post(r#"{"jsonrpc":"2.0","method":"open","id":1}"#, EVENTS);
    gate.0.add_permits(1);
    let response = exchange(&server, &request).await;
    assert!(response.contains("x-opened: later\r\n"), "{response}");
    assert!(response.contains("text/event-stream"), "{response}");
    gate.0.close();
    let response = exchange(&server, &request).await;
    assert!(response.contains("x-opened: later\r\n"), "{response}");
    assert!(response.contains("application/json"), "{response}");
}

#[tokio::test]
async fn there_is_no_way_back() {
    let server = running(endpoint(SlowServer::new(Gate::closed()))).await;
    let slow = SlowClient::new(lean_client(&server));
    let refused = slow.ask().await.unwrap_err();
    let object: &ErrorObject = refused.object().unwrap();
    assert_eq!(object.code(), code::NEEDS_DUPLEX);
    assert_eq!(
        object.message(),
        "the method calls its client, which needs a connection in both directions"
    );
    let mut asked = slow.ask_in_secret().await.unwrap();
    let answer = asked.next().await.unwrap().unwrap();
    assert!(answer.contains("no way back"), "{answer}");
}

/// Line ends within raw JSON are white space, and may not end an event.
#[tokio::test]
async fn raw_json_passes() {
    let server = running(endpoint(SlowServer::new(Gate::closed()))).await;
    for items in [
        SlowClient::new(lean_client(&server))
            .raw()
            .await
            .unwrap()
            .boxed(),
        SlowClient::new(server.client())
            .raw()
            .await
            .unwrap()
            .boxed(),
    ] {
        let items: Vec<_> = items
            .map_ok(|it| it.get().replace(['\n', ' '], ""))
            .try_collect()
            .await
            .unwrap();
        assert_eq!(items, ["[1,2]", "{\"a\":1}", "[]"]);
    }
}

/// As `curl -N` prints it.
#[tokio::test]
async fn curl_prints_items_as_they_come() {
    let (server, watch) = server(|endpoint| endpoint).await;
    let mut curl = Command::new("curl")
        .args([
            "-sN",
            "-H",
            "accept: text/event-stream",
            "-H",
            "content-type: application/json",
        ])
        .args(["-d", &call("endless", r#"["tea"]"#), &server.url()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("curl is needed");
    let mut lines = BufReader::new(curl.stdout.take().unwrap()).lines();
    for _ in 0..100 {
        let line = within(lines.next_line()).await.unwrap().unwrap();
        let message: Value = serde_json::from_str(line.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(message["params"]["value"], "tea");
        assert_eq!(within(lines.next_line()).await.unwrap().unwrap(), "");
    }
    assert_eq!(watch.running(), 1);
    drop((curl, lines));
    watch.until_all_dropped().await;
}

/// A server that gives the same answer to each request, and closes the connection.
async fn scripted(answer: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut raw = Raw::of(stream);
            raw.try_response().await.expect("a request");
            // In small pieces, so that they are cut anywhere.
            for piece in answer.as_bytes().chunks(7) {
                raw.send(piece).await;
            }
        }
    });
    address
}

/// What comes of a stream from such a server, by either client.
async fn read_from(answer: &str) -> [Vec<Result<u64, CallError>>; 2] {
    let url = format!("http://{}/", scripted(answer.to_owned()).await);
    let lean = lean::Client::builder().max_reply(200).build(&url).unwrap();
    let reqwest = rpc_http::Client::builder().max_reply(200);
    let reqwest = reqwest.build(&url).unwrap();
    [collect(lean).await, collect(reqwest).await]
}

async fn collect<T: Transport>(client: Client<T>) -> Vec<Result<u64, CallError>> {
    match within(FeedClient::new(client).count(2).id(7).into_future()).await {
        Ok(items) => within(items.collect()).await,
        Err(error) => vec![Err(error)],
    }
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n";

fn item(value: u64) -> String {
    format!(r#"{{"params":{{"value":{value},"token":7}},"method":"$/progress","jsonrpc":"2.0"}}"#)
}

const END: &str = r#"{"jsonrpc":"2.0","id":7,"result":null}"#;

#[tokio::test]
async fn other_servers_are_understood() {
    let (one, two) = (item(1), item(2));
    for body in [
        format!("data: {one}\n\ndata: {two}\n\ndata: {END}\n\n"),
        format!(
            "\u{feff}:hello\r\ndata:{one}\r\n\r\nid: 5\r\nevent: message\r\ndata:{two}\r\n\r\ndata: {END}\r\n\r\n"
        ),
        format!("retry: 3\rdata: {one}\r\rdata: {two}\r\rdata: {END}\r\r"),
        format!(
            "data: {one}\n\ndata: {two}\n\ndata: {}\n\n",
            END.replace(',', ",\ndata: ")
        ),
        // About other streams and calls.
        format!(
            "data: {}\n\ndata: {one}\n\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"x\"}}\n\ndata: {two}\n\ndata: {END}\n\n",
            one.replace('7', "8")
        ),
    ] {
        for items in read_from(&format!("{HEAD}{body}")).await {
            let items: Result<Vec<_>, _> = items.into_iter().collect();
            assert_eq!(items.unwrap(), [1, 2], "{body}");
        }
    }
}

#[tokio::test]
async fn what_breaks_off_is_an_error() {
    let one = item(1);
    let long = "x".repeat(300);
    for (body, items, expected) in [
        (String::new(), 0, "broke off before its end"),
        (format!("data: {one}\n\n"), 1, "broke off before its end"),
        // It lacks the empty line, so it may have been cut off.
        (
            format!("data: {one}\n\ndata: {END}\n"),
            1,
            "broke off before its end",
        ),
        (
            format!("data: {one}\n\ndata: {long}\n\n"),
            1,
            "larger than 200 bytes",
        ),
        (
            format!("data: {one}\n\n:{long}\n\n"),
            1,
            "larger than 200 bytes",
        ),
        (
            format!("data: {one}\n\ndata: {}\n\n", END.replace('7', "8")),
            1,
            "id",
        ),
    ] {
        for read in read_from(&format!("{HEAD}{body}")).await {
            assert_eq!(read.len(), items + 1, "{read:?}");
            assert!(read[..items].iter().all(Result::is_ok));
            let failed = read.last().unwrap().as_ref().unwrap_err();
            let texts = crate::http::chain(failed).join(": ");
            assert!(texts.contains(expected), "{body} {texts}");
            assert_eq!(failed.execution(), Execution::MaybeRun, "{failed}");
        }
    }
}

#[tokio::test]
async fn what_is_no_stream_is_a_reply() {
    let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";
    let page = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>";
    for read in read_from(&format!("{json}{END}")).await {
        assert!(read.is_empty(), "{read:?}");
    }
    let refused = r#"{"jsonrpc":"2.0","id":7,"error":{"code":5,"message":"no"}}"#;
    for read in read_from(&format!("{json}{refused}")).await {
        let [Err(failed)] = &read[..] else {
            panic!("{read:?}")
        };
        assert_eq!(failed.object().unwrap().code(), 5);
    }
    for read in read_from(page).await {
        let [Err(failed)] = &read[..] else {
            panic!("{read:?}")
        };
        assert_eq!(failed.execution(), Execution::NotRun);
    }
}
