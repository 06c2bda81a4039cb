//! Streams and callbacks over a WebSocket.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use rpc_core::{CallError, Execution, code};
use rpc_http::server::{Endpoint, endpoint, serve};
use rpc_http::ws;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::checks;
use super::feed::{AnswersServer, AsksBack, FeedClient, FeedServer, LIMIT, Source, Watch, until};

type Served = Endpoint<FeedServer<Source>>;

/// A server on a port of its own.
pub struct Running {
    pub address: SocketAddr,
    pub watch: Arc<Watch>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub async fn start(set: impl FnOnce(Served) -> Served) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Running::on(listener, set)
    }

    fn on(listener: TcpListener, set: impl FnOnce(Served) -> Served) -> Self {
        let watch = Arc::new(Watch::default());
        let served = set(endpoint(FeedServer::new(Source(Arc::clone(&watch)))));
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = serve(listener, served).shutdown(async { drop(stopped.await) });
        Running {
            address,
            watch,
            stop: Some(stop),
            server: tokio::spawn(server.into_future()),
        }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/", self.address)
    }

    pub fn client(&self) -> ws::Client {
        ws::Client::new(self.url()).unwrap()
    }

    /// Tells the server to stop.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    pub async fn until_stopped(self) {
        let stopped = tokio::time::timeout(LIMIT, self.server).await;
        stopped.expect("it stops").unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams() {
    let server = Running::start(|endpoint| endpoint).await;
    checks::all(server.client(), &server.watch).await;
}

#[tokio::test]
async fn streams_on_one_thread() {
    let server = Running::start(|endpoint| endpoint).await;
    checks::all(server.client(), &server.watch).await;
}

#[tokio::test]
async fn streams_in_an_axum_router() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let watch = Arc::new(Watch::default());
    let endpoint = endpoint(FeedServer::new(Source(Arc::clone(&watch))));
    let router = axum::Router::new().route_service("/rpc", endpoint);
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let client = ws::Client::new(format!("ws://{address}/rpc")).unwrap();
    checks::all(client, &watch).await;
    server.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callbacks() {
    let server = Running::start(|endpoint| endpoint).await;
    let client = ws::Client::builder().service(AnswersServer::new(AsksBack::default()));
    checks::callbacks(client.build(server.url()).unwrap()).await;
}

/// A client that serves nothing answers the server's calls.
#[tokio::test]
async fn a_client_without_a_service_refuses_callbacks() {
    let server = Running::start(|endpoint| endpoint).await;
    let feed = FeedClient::new(server.client());
    let answer = feed.ask(1).await.unwrap();
    assert!(answer.contains("-32601"), "{answer}");
}

#[tokio::test]
async fn a_dropped_call_is_cancelled() {
    let server = Running::start(|endpoint| endpoint).await;
    let feed = FeedClient::new(server.client());
    let call = feed.gate().into_future();
    let gave_up = tokio::time::timeout(Duration::from_millis(50), call).await;
    assert!(gave_up.is_err());
    server.watch.until_opened(1).await;
    server.watch.until_all_dropped().await;
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

#[tokio::test]
async fn a_timeout_cancels_the_call() {
    let server = Running::start(|endpoint| endpoint).await;
    let feed = FeedClient::new(server.client());
    feed.echo("connected").await.unwrap();
    let failed = feed
        .gate()
        .timeout(Duration::from_millis(50))
        .await
        .unwrap_err();
    assert!(failed.is_timeout());
    assert_eq!(failed.execution(), Execution::MaybeRun);
    server.watch.until_opened(1).await;
    server.watch.until_all_dropped().await;
}

#[tokio::test]
async fn a_blocking_method_sees_that_it_is_cancelled() {
    let server = Running::start(|endpoint| endpoint).await;
    let feed = FeedClient::new(server.client());
    let failed = feed
        .until_cancelled()
        .timeout(Duration::from_millis(50))
        .await;
    assert!(failed.unwrap_err().is_timeout());
    server.watch.until_opened(1).await;
    server.watch.until_all_dropped().await;
}

#[tokio::test]
async fn a_lost_connection_is_not_an_end() {
    let server = Running::start(|endpoint| endpoint).await;
    let (address, relay) = relay(server.address).await;
    let feed = FeedClient::new(ws::Client::new(format!("ws://{address}/")).unwrap());
    let mut items = feed.silent().await.unwrap();
    let call = tokio::spawn(feed.gate().into_future());
    server.watch.until_opened(2).await;
    relay.abort();
    let failed = tokio::time::timeout(LIMIT, items.next()).await.unwrap();
    let failed = failed.expect("not a clean end").unwrap_err();
    assert!(failed.is_transport(), "{failed}");
    assert!(items.next().await.is_none());
    let failed = call.await.unwrap().unwrap_err();
    assert_eq!(failed.execution(), Execution::MaybeRun, "{failed}");
    server.watch.until_all_dropped().await;
}

/// Passes bytes on, until it is aborted.
pub async fn relay(to: SocketAddr) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let relay = tokio::spawn(async move {
        let (mut from, _) = listener.accept().await.unwrap();
        let mut to = TcpStream::connect(to).await.unwrap();
        let _ended = tokio::io::copy_bidirectional(&mut from, &mut to).await;
    });
    (address, relay)
}

#[tokio::test]
async fn a_client_connects_again() {
    let server = Running::start(|endpoint| endpoint).await;
    let address = server.address;
    let feed = FeedClient::new(server.client());
    feed.echo("x").await.unwrap();
    server.server.abort();
    let _aborted = server.server.await;
    let listener = loop {
        match TcpListener::bind(address).await {
            Ok(listener) => break listener,
            Err(_in_use) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let again = Running::on(listener, |endpoint| endpoint);
    // The first call may still be written to the old connection.
    let mut echoed = feed.echo("y").await;
    if echoed.is_err() {
        echoed = feed.echo("y").await;
    }
    assert_eq!(echoed.unwrap(), "y");
    drop(again);
}

#[tokio::test]
async fn a_call_fails_at_once_if_there_never_was_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let feed = FeedClient::new(ws::Client::new(format!("ws://{address}/")).unwrap());
    let failed = tokio::time::timeout(LIMIT, feed.echo("x").into_future()).await;
    let failed = failed.unwrap().unwrap_err();
    assert_eq!(failed.execution(), Execution::NotRun);
    assert!(failed.to_string().contains("could not connect"), "{failed}");
    let failed = feed.count(3).await.unwrap_err();
    assert_eq!(failed.execution(), Execution::NotRun);
}

#[tokio::test]
async fn a_stop_ends_streams_and_lets_calls_finish() {
    let mut server = Running::start(|endpoint| endpoint).await;
    let feed = FeedClient::new(server.client());
    let mut items = feed.silent().await.unwrap();
    let call = tokio::spawn(feed.gate().into_future());
    server.watch.until_opened(2).await;
    server.stop();
    let ended = tokio::time::timeout(LIMIT, items.next()).await.unwrap();
    let ended = ended.expect("not a clean end").unwrap_err();
    assert_eq!(ended.object().unwrap().code(), code::SERVER_CANCELLED);
    let refused = feed.echo("too late").await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::SERVER_CANCELLED);
    server.watch.gate.add_permits(1);
    assert_eq!(call.await.unwrap().unwrap(), "through");
    server.until_stopped().await;
}

/// A client that makes more calls than may be in flight lets them wait for their turn.
#[tokio::test]
async fn a_thousand_calls_at_once_are_all_answered() {
    let server = Running::start(|endpoint| endpoint).await;
    let feed = FeedClient::new(server.client());
    let calls = (0..1000).map(|number| {
        let feed = feed.clone();
        async move { feed.echo(&number.to_string()).await }
    });
    let echoed = tokio::time::timeout(LIMIT, futures_util::future::join_all(calls));
    for (number, text) in echoed.await.unwrap().into_iter().enumerate() {
        assert_eq!(text.unwrap(), number.to_string());
    }
}

/// A stream may be dropped where there is no runtime any more.
#[test]
fn a_stream_outlives_its_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let items = runtime.block_on(async {
        let server = Running::start(|endpoint| endpoint).await;
        FeedClient::new(server.client()).silent().await.unwrap()
    });
    drop(runtime);
    drop(items);
}

/// The status line of the answer to a handshake with these headers.
async fn handshake(server: &Running, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\n{headers}\r\n",
        server.address
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    while !reply.windows(2).any(|it| it == b"\r\n") {
        let mut more = [0; 1024];
        let length = stream.read(&mut more).await.unwrap();
        assert!(length > 0);
        reply.extend_from_slice(&more[..length]);
    }
    let reply = String::from_utf8(reply).unwrap();
    reply.split("\r\n").next().unwrap().to_owned()
}

#[tokio::test]
async fn handshakes() {
    const GOOD: &str = "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let server = Running::start(|endpoint| endpoint).await;
    let with = |origin: &str| format!("{GOOD}Origin: {origin}\r\n");
    let own = format!("http://{}", server.address);
    for (headers, status) in [
        (GOOD.to_owned(), "101"),
        (with(&own), "101"),
        (with("http://evil.example"), "403"),
        (with("null"), "403"),
        (with("http://127.0.0.1:1"), "403"),
        (format!("{}Origin: {own}\r\n", with(&own)), "403"),
        (GOOD.replace("13", "8"), "426"),
        (GOOD.replace("Sec-WebSocket-Version: 13\r\n", ""), "426"),
        (GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="), "400"),
        (
            GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", "not base64"),
            "400",
        ),
        (GOOD.replace(", Upgrade", ""), "400"),
    ] {
        let line = handshake(&server, &headers).await;
        assert!(
            line.starts_with(&format!("HTTP/1.1 {status}")),
            "{line} {headers}"
        );
    }
    let strict =
        Running::start(|endpoint| endpoint.allowed_origins(["https://shop.example"])).await;
    for (origin, status) in [("https://shop.example", "101"), (&*own, "403")] {
        let line = handshake(&strict, &with(origin)).await;
        assert!(
            line.starts_with(&format!("HTTP/1.1 {status}")),
            "{line} {origin}"
        );
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_closes_the_connection() {
    let server = Running::start(|endpoint| endpoint.max_message(1000)).await;
    let feed = FeedClient::new(server.client());
    feed.echo("x").await.unwrap();
    let failed = feed.echo(&"x".repeat(2000)).await.unwrap_err();
    assert!(failed.is_transport(), "{failed}");
    // The client connects again.
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

#[tokio::test]
async fn too_many_calls_and_streams_are_refused() {
    let limits = || {
        let mut limits = rpc_core::DuplexLimits::default();
        (limits.max_calls, limits.max_streams) = (2, 3);
        limits
    };
    let server = Running::start(|endpoint| endpoint.duplex_limits(limits())).await;
    let feed = FeedClient::new(server.client());
    let waiting: Vec<_> = (0..2)
        .map(|_| tokio::spawn(feed.gate().into_future()))
        .collect();
    server.watch.until_opened(2).await;
    let refused = feed.echo("x").await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::BUSY);
    // Notifications are not answered, so they are not refused.
    feed.note("x").await.unwrap();
    until(|| server.watch.notes.load(Ordering::SeqCst) == 1).await;
    server.watch.gate.add_permits(2);
    for call in waiting {
        assert_eq!(call.await.unwrap().unwrap(), "through");
    }
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(feed.silent().await.unwrap());
    }
    let refused = feed.silent().await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::TOO_MANY_STREAMS);
    drop(open);
    server.watch.until_all_dropped().await;
    assert!(matches!(
        feed.count(1).await,
        Ok(_) | Err(CallError::Object(_))
    ));
}

/// Over all connections, and together with plain HTTP.
#[tokio::test]
async fn calls_and_streams_are_bounded_over_all_connections() {
    let server = Running::start(|endpoint| endpoint.max_in_flight(2).max_streams(2)).await;
    let [one, other] = [(); 2].map(|()| FeedClient::new(server.client()));
    let http = rpc_http::Client::new(format!("http://{}/", server.address)).unwrap();
    let http = FeedClient::new(http);

    let waiting = [&one, &other].map(|feed| tokio::spawn(feed.gate().into_future()));
    server.watch.until_opened(2).await;
    let refused = one.echo("x").await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::BUSY);
    let refused = http.echo("x").await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun, "{refused}");
    server.watch.gate.add_permits(2);
    for call in waiting {
        assert_eq!(call.await.unwrap().unwrap(), "through");
    }
    assert_eq!(http.echo("x").await.unwrap(), "x");

    let open = (one.silent().await.unwrap(), http.silent().await.unwrap());
    let refused = other.silent().await.unwrap_err();
    let refused = refused.object().unwrap();
    assert_eq!(refused.code(), code::TOO_MANY_STREAMS);
    let limit = "too many streams; the limit is 2 over all connections";
    assert_eq!(refused.message(), limit);
    let refused = http.silent().await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun, "{refused}");
    drop(open);
    server.watch.until_all_dropped().await;
    let again = async {
        while other.silent().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, again)
        .await
        .expect("there is room again");
}
