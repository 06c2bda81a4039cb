//! Streams that a relay passes on.

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::{CallError, DuplexLimits, Execution, Server, Tracked, code, memory};
use rpc_tokio::Tokio;

use super::*;
use crate::streams::checks;
use crate::streams::feed::{FeedClient, FeedServer, Source, Watch, until};
use crate::streams::journal::{Book, JournalClient, JournalError, JournalServer, Shelf};

/// A feed behind a server of HTTP, SSE and WebSockets.
async fn feed() -> (Front, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    let service = FeedServer::new(Source(Arc::clone(&watch)));
    (Front::start(service).await, watch)
}

/// SSE behind. The relay finds out which methods return streams.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sse_to_a_websocket() {
    let (behind, watch) = feed().await;
    let front = Front::start(relay(behind.lean())).await;
    checks::one_by_one(front.ws(), &watch).await;
    let feed = FeedClient::new(front.ws());
    within(checks::dropped_streams_leave_nothing_behind(
        &feed, &watch, 500,
    ))
    .await;
}

#[tokio::test]
async fn from_sse_to_sse() {
    let (behind, watch) = feed().await;
    let front = Front::start(relay(behind.lean())).await;
    checks::one_by_one(front.lean(), &watch).await;
}

/// A WebSocket behind. Only the contract tells which methods return streams.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_websocket_to_a_websocket() {
    let (behind, watch) = feed().await;
    let service = relay(behind.ws()).contract(<FeedClient>::CONTRACT);
    let front = Front::start(service).await;
    checks::all(front.ws(), &watch).await;
}

#[tokio::test]
async fn from_tcp_to_sse() {
    let watch = Arc::new(Watch::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let behind = rpc_stream::serve(listener, FeedServer::new(Source(Arc::clone(&watch))));
    let behind = tokio::spawn(behind.into_future());
    let client = rpc_stream::Client::new(url).unwrap();
    let service = relay(client).contract(<FeedClient>::CONTRACT);
    let front = Front::start(service).await;
    checks::one_by_one(front.lean(), &watch).await;
    behind.abort();
}

#[tokio::test]
async fn in_memory() {
    let watch = Arc::new(Watch::default());
    let behind = Server::new(FeedServer::new(Source(Arc::clone(&watch)))).runtime(Tokio);
    let service = Server::new(relay(memory::connect(behind))).runtime(Tokio);
    checks::one_by_one(memory::connect(service), &watch).await;
}

/// A client that can't take a stream is refused, by the server behind or with the help of the contract.
#[tokio::test]
async fn a_stream_is_refused_to_a_caller_that_cannot_take_it() {
    let (behind, watch) = feed().await;
    let feed = relay(behind.lean());
    let known = relay(behind.lean()).contract(<FeedClient>::CONTRACT);
    for (front, hint) in [
        (Front::start(feed).await, ""),
        (Front::start(known).await, "send `Accept"),
    ] {
        for params in ["[3]", "[0]"] {
            let method = r#""feed.count""#;
            let message =
                format!(r#"{{"jsonrpc":"2.0","method":{method},"params":{params},"id":1}}"#);
            let reply = answer(&front.lean(), &message).await;
            assert!(reply.contains("-33000") && reply.contains(hint), "{reply}");
        }
    }
    assert_eq!(watch.opened.load(Ordering::SeqCst), 0);
}

/// What needs a connection in both directions is not passed on.
#[tokio::test]
async fn calls_of_the_client_are_refused() {
    let (behind, _watch) = feed().await;
    let feed = relay(behind.lean());
    let known = relay(behind.ws()).contract(<FeedClient>::CONTRACT);
    for front in [Front::start(feed).await, Front::start(known).await] {
        for client in [front.ws().boxed(), front.lean().boxed()] {
            let error = within(FeedClient::new(client).ask(1).into_future()).await;
            let error = error.unwrap_err();
            assert_eq!(error.object().unwrap().code(), code::NEEDS_DUPLEX);
            assert_eq!(error.execution(), Execution::NotRun);
        }
    }
}

/// The transport behind can't carry streams, so that the answer of its server is all there is to say.
#[tokio::test]
async fn the_server_behind_says_why_a_stream_cannot_be_opened() {
    let reply = r#"{"jsonrpc":"2.0","error":{"code":-33000,"message":"not over paper"},"id":1}"#;
    let script = crate::scripted::Script::replies(reply);
    let front = Front::start(relay(script.client())).await;
    let stream = front.ws().stream::<_, u8>("any", ());
    let error = within(stream.into_future()).await.unwrap_err();
    assert_eq!(error.object().unwrap().message(), "not over paper");
    assert_eq!(error.execution(), Execution::NotRun);
}

/// Items with a token of the caller's would not find their way back.
#[tokio::test]
async fn a_stream_with_a_token_is_refused_and_a_list_is_passed_on() {
    let book = Arc::new(Book::default());
    let behind = Front::start(JournalServer::new(Shelf(Arc::clone(&book)))).await;
    let named = |token: Option<&'static str>| {
        let token = token.map(|token| ("partialResultToken", token));
        let params = token.into_iter().chain([("document", "a")]);
        params.collect::<std::collections::HashMap<_, _>>()
    };
    let known = |client: Client| relay(client).contract(<JournalClient>::CONTRACT);
    for (service, refusal) in [
        (known(behind.ws().boxed()), code::NEEDS_DUPLEX),
        (known(behind.lean().boxed()), code::NEEDS_DUPLEX),
        (relay(behind.lean().boxed()), code::INTERNAL_ERROR),
    ] {
        let front = Front::start(service).await;
        for client in [front.ws().boxed(), front.lean().boxed()] {
            let stream = client.stream::<_, String>("journal.symbols", named(Some("x")));
            let error = within(async {
                match stream.await {
                    Ok(mut open) => open.next().await.unwrap().unwrap_err(),
                    Err(refused) => refused,
                }
            });
            assert_eq!(error.await.object().unwrap().code(), refusal);
            let list = client.call::<_, Vec<String>>("journal.symbols", named(None));
            assert_eq!(
                within(list.into_future()).await.unwrap(),
                ["a1", "a2", "a3"]
            );
        }
    }
}

/// The server in front bounds the streams that only turn out to be some.
#[tokio::test]
async fn the_limit_on_streams_in_front_holds() {
    let (behind, watch) = feed().await;
    let mut limits = DuplexLimits::default();
    limits.max_streams = 2;
    let endpoint = endpoint(relay(behind.lean())).duplex_limits(limits);
    let front = Front::with(endpoint).await;
    let feed = FeedClient::new(front.ws());
    let first = within(feed.silent().into_future()).await.unwrap();
    let second = within(feed.silent().into_future()).await.unwrap();
    let error = within(feed.silent().into_future()).await.unwrap_err();
    assert_eq!(error.object().unwrap().code(), code::TOO_MANY_STREAMS);
    assert_eq!(error.execution(), Execution::NotRun);
    assert_eq!(watch.running(), 2);
    drop(first);
    until(|| watch.running() == 1).await;
    within(async {
        while let Err(error) = feed.count(3).await {
            assert_eq!(error.object().unwrap().code(), code::TOO_MANY_STREAMS);
        }
    })
    .await;
    drop(second);
    watch.until_all_dropped().await;
}

/// A call that has turned out to be a stream does not count among the calls any more.
#[tokio::test]
async fn an_open_stream_takes_no_place_of_a_call() {
    let (behind, watch) = feed().await;
    let front = Front::with(endpoint(relay(behind.lean())).max_in_flight(1)).await;
    let feed = FeedClient::new(front.ws());
    let open = within(feed.silent().into_future()).await.unwrap();
    let echo = within(feed.echo("beside it").into_future()).await;
    assert_eq!(echo.unwrap(), "beside it");
    drop(open);
    watch.until_all_dropped().await;
}

/// The texts of items and cursors pass untouched, and so does a result at the end.
#[tokio::test]
async fn items_pass_as_text() {
    use rpc_core::transport::{
        StreamMessage, TransportFailure, TransportReply, TransportRequest, TransportStream,
    };
    use rpc_core::{ErrorObject, TransportError};

    /// Opens one stream, whose messages it has, and refuses calls.
    struct Once(Mutex<Vec<String>>, bool);

    impl Transport for Once {
        async fn send(&self, _: TransportRequest) -> Result<TransportReply, TransportFailure> {
            let error = ErrorObject::new(code::NEEDS_DUPLEX, "a stream").to_json();
            let reply = format!(r#"{{"jsonrpc":"2.0","error":{error},"id":1}}"#);
            Ok(TransportReply::new(reply))
        }

        async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
            let id = call.call.unwrap();
            let messages = std::mem::take(&mut *self.0.lock().unwrap());
            let read = move |text: String| {
                let message = text.replace("ID", &id.to_string()).into();
                StreamMessage::read(&message, &id).ok_or_else(|| panic!("{text}"))
            };
            let lost = TransportError::message("lost at internal.example");
            let end = self.1.then(|| Err(TransportFailure::Error(lost)));
            let messages = messages.into_iter().map(read).chain(end);
            Ok(TransportStream::new(futures_util::stream::iter(messages)))
        }
    }

    let item = |rest: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"$/progress","params":{{"token":ID,{rest}}}}}"#)
    };
    let texts = [
        r#""value":1.0e5"#,
        r#""value":[ 12345678901234567890 ],"cursor":"\u0041""#,
        r#""value":null,"cursor":1E2"#,
    ];
    let begun = || texts.iter().map(|text| item(text)).collect::<Vec<_>>();
    let ends = [
        (r#"{"jsonrpc":"2.0","result":{"n":1.0e5},"id":ID}"#, false),
        (
            r#"{"jsonrpc":"2.0","error":{"code":-32802,"message":"stop","data":1.0e5},"id":ID}"#,
            false,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":-33002,"message":"lagged","data":{"missed":2}},"id":ID}"#,
            false,
        ),
        ("", true),
    ];
    for (end, is_lost) in ends {
        let mut messages = begun();
        messages.extend((!end.is_empty()).then(|| end.to_owned()));
        let behind = Client::from_transport(Once(Mutex::new(messages), is_lost));
        let front = Front::start(relay(behind)).await;
        let body = r#"{"jsonrpc":"2.0","method":"any","id":7}"#;
        let events = curl(&front, body).await;
        let mut expected: Vec<_> = begun().iter().map(|it| it.replace("ID", "7")).collect();
        expected.push(match end {
            "" => r#"{"jsonrpc":"2.0","error":{"code":-32802,"message":"the stream was cut off"},"id":7}"#.to_owned(),
            end => end.replace("ID", "7"),
        });
        assert_eq!(events, expected);
    }
}

/// The events that curl gets, which asks for them.
async fn curl(front: &Front, body: &str) -> Vec<String> {
    let url = format!("http://{}/", front.address);
    let mut command = tokio::process::Command::new("curl");
    command.args([
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--max-time",
        "200",
        &url,
    ]);
    command.args([
        "-H",
        "content-type: application/json",
        "-H",
        "accept: text/event-stream",
    ]);
    let output = within(command.args(["--data", body]).kill_on_drop(true).output()).await;
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = String::from_utf8(output.stdout).unwrap();
    let events = output
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    events.map(str::to_owned).collect()
}

/// A call over HTTP that accepts events, of a method that does not return a stream, gets an ordinary reply.
#[tokio::test]
async fn a_call_that_accepts_events_may_get_a_reply() {
    let (behind, _watch) = shop().await;
    let front = Front::start(relay(behind.lean())).await;
    let call = front.lean().call::<_, String>("shop.echo", ("tea",));
    let call = call.header("accept", "application/json, text/event-stream");
    assert_eq!(within(call.into_future()).await.unwrap(), "tea");
}

/// A method that was known to return streams does not any more.
#[tokio::test]
async fn a_method_that_does_not_stream_any_more_is_called() {
    let streams = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let watch = Arc::new(Watch::default());
    let old = memory::connect(FeedServer::new(Source(Arc::clone(&watch))));
    let new = rpc_core::Dispatcher::new().method("feed.count", |to: u64| async move { to });
    let new = memory::connect(new);
    let calls = Arc::new(AtomicUsize::new(0));
    let behind = Changing {
        streams: Arc::clone(&streams),
        calls: Arc::clone(&calls),
        old,
        new,
    };
    let front = Front::start(relay(Client::from_transport(behind))).await;
    let client = front.ws();
    let feed = FeedClient::new(client.clone());
    let items = within(feed.count(3).into_future()).await.unwrap();
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap(), [1, 2, 3]);
    assert_eq!(calls.load(Ordering::SeqCst), 1, "it finds out by a call");
    let items = within(feed.count(3).into_future()).await.unwrap();
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap(), [1, 2, 3]);
    assert_eq!(calls.load(Ordering::SeqCst), 1, "it remembers");
    streams.store(false, Ordering::SeqCst);
    for called in 1..=2 {
        let count = client.call::<_, u64>("feed.count", (3,));
        assert_eq!(within(count.into_future()).await.unwrap(), 3);
        assert_eq!(calls.load(Ordering::SeqCst), called);
    }
    streams.store(true, Ordering::SeqCst);
    let items = within(feed.count(2).into_future()).await.unwrap();
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap(), [1, 2]);
}

/// Two versions of a server.
struct Changing<T, U> {
    streams: Arc<std::sync::atomic::AtomicBool>,
    /// How many messages were sent that open no stream.
    calls: Arc<AtomicUsize>,
    old: Client<T>,
    new: Client<U>,
}

impl<T: Transport, U: Transport> Transport for Changing<T, U> {
    async fn send(
        &self,
        message: rpc_core::transport::TransportRequest,
    ) -> Result<rpc_core::transport::TransportReply, rpc_core::transport::TransportFailure> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match self.streams.load(Ordering::SeqCst) {
            true => self.old.transport().send(message).await,
            false => self.new.transport().send(message).await,
        }
    }

    async fn open(
        &self,
        call: rpc_core::transport::TransportRequest,
    ) -> Result<rpc_core::transport::TransportStream, rpc_core::transport::TransportFailure> {
        match self.streams.load(Ordering::SeqCst) {
            true => self.old.transport().open(call).await,
            false => self.new.transport().open(call).await,
        }
    }
}

/// A client in front opens a stream again after its last item, whichever connection was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_on_after_the_server_behind_was_lost() {
    for has_contract in [false, true] {
        let book = Arc::new(Book::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let start = |listener| {
            let service = JournalServer::new(Shelf(Arc::clone(&book)));
            tokio::spawn(serve(listener, endpoint(service)).into_future())
        };
        let mut behind = start(listener);
        let client = lean::Client::new(format!("http://{address}/")).unwrap();
        let service = match has_contract {
            true => relay(client).contract(<JournalClient>::CONTRACT),
            false => relay(client),
        };
        let front = Front::start(service).await;
        for client in [front.ws().boxed(), front.lean().boxed()] {
            let before = *book.written.borrow();
            let journal = JournalClient::new(client);
            let mut log = within(journal.log("tea", Some(before)).into_future())
                .await
                .unwrap();
            for round in 0..3 {
                book.write(3);
                for line in 1..=3 {
                    let item: Tracked<u64, String> = within(log.next()).await.unwrap().unwrap();
                    assert_eq!(item.cursor, before + 3 * round + line);
                }
                behind.abort();
                let _aborted = behind.await;
                behind = start(within(listen_again(address)).await);
            }
            book.first.store(u64::MAX, Ordering::SeqCst);
            behind.abort();
            let _aborted = behind.await;
            behind = start(within(listen_again(address)).await);
            let refused = within(log.next()).await.unwrap();
            assert!(
                matches!(refused, Err(CallError::Method(JournalError::TooOld(_)))),
                "{refused:?}"
            );
            book.first.store(1, Ordering::SeqCst);
        }
        behind.abort();
    }
}

async fn listen_again(address: SocketAddr) -> TcpListener {
    loop {
        if let Ok(listener) = TcpListener::bind(address).await {
            return listener;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server in front that stops says so to the clients of its streams.
#[tokio::test]
async fn streams_end_when_the_server_in_front_stops() {
    let (behind, watch) = feed().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server =
        serve(listener, endpoint(relay(behind.lean()))).shutdown(async { drop(stopped.await) });
    let server = tokio::spawn(server.into_future());
    let feed = FeedClient::new(ws::Client::new(url).unwrap());
    let mut silent = within(feed.silent().into_future()).await.unwrap();
    drop(stop);
    let end = within(silent.next()).await.unwrap().unwrap_err();
    assert_eq!(end.object().unwrap().code(), code::SERVER_CANCELLED);
    within(server).await.unwrap().unwrap();
    watch.until_all_dropped().await;
}
