//! Streams over NATS.

use std::sync::atomic::Ordering;

use futures_util::{Stream, StreamExt, stream};
use rpc_core::{Transport, code, rpc};

use super::connection::quick_options;
use super::*;
use crate::streams::checks;
use crate::streams::feed::{FeedClient, FeedServer, Source, Watch as Streams};
use crate::streams::journal::{Book, JournalClient, JournalServer, Shelf};

/// A worker of `feed` in a task of its own.
pub(super) struct Feeding {
    pub(super) watch: Arc<Streams>,
    task: JoinHandle<Result<(), ServeError>>,
    stop: oneshot::Sender<()>,
}

impl Feeding {
    pub(super) async fn start(server: &Server) -> Feeding {
        Feeding::with(server.connect().await, |serve| serve).await
    }

    async fn with(
        nats: async_nats::Client,
        set_up: impl FnOnce(Serve<FeedServer<Source>>) -> Serve<FeedServer<Source>>,
    ) -> Feeding {
        let source = Source::default();
        let watch = Arc::clone(&source.0);
        let (stop, stopped) = oneshot::channel();
        let serve = set_up(serve(nats.clone(), "feed", FeedServer::new(source)));
        let serve = serve.shutdown(async { drop(stopped.await) });
        let task = tokio::spawn(serve.into_future());
        until_served(&nats, "feed").await;
        Feeding { watch, task, stop }
    }
}

pub(super) async fn feed_client(server: &Server) -> Client<Nats> {
    rpc_nats::client(server.connect().await, "feed").unwrap()
}

/// A client that notices soon that its worker has gone.
async fn watchful_client(server: &Server) -> FeedClient<Nats> {
    let builder = Client::<Nats>::builder().heartbeat(Duration::from_millis(100));
    FeedClient::new(builder.build(server.connect().await, "feed").unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams() {
    let server = Server::start().await;
    let worker = Feeding::start(&server).await;
    checks::all(feed_client(&server).await, &worker.watch).await;
}

#[tokio::test]
async fn streams_on_one_thread_beside_batches() {
    let server = Server::start().await;
    let worker = Feeding::start(&server).await;
    let builder = Client::<Nats>::builder().batching(rpc_core::Batching::default());
    let client = builder.build(server.connect().await, "feed").unwrap();
    checks::all(client, &worker.watch).await;
}

#[tokio::test]
async fn what_cannot_be_answered_at_once_is_refused() {
    let server = Server::start().await;
    let worker = Feeding::start(&server).await;
    checks::refusals(feed_client(&server).await, &worker.watch).await;
}

#[tokio::test]
async fn streams_end_when_their_worker_stops() {
    let server = Server::start().await;
    let worker = Feeding::start(&server).await;
    let feed = FeedClient::new(feed_client(&server).await);
    let mut open = within(feed.silent().into_future()).await.unwrap();
    let mut busy = within(feed.endless("x").into_future()).await.unwrap();
    assert_eq!(within(busy.next()).await.unwrap().unwrap(), "x");
    worker.stop.send(()).unwrap();
    let ended = within(open.next()).await.unwrap().unwrap_err();
    let said = ended.object().map(|error| error.code());
    assert_eq!(said, Some(code::SERVER_CANCELLED), "{ended:?}");
    while let Some(item) = within(busy.next()).await {
        if let Err(ended) = item {
            let said = ended.object().map(|error| error.code());
            assert_eq!(said, Some(code::SERVER_CANCELLED), "{ended:?}");
        }
    }
    within(worker.task).await.unwrap().unwrap();
    assert_eq!(worker.watch.running(), 0);
}

/// Why a stream was cut.
async fn loss(stream: &mut rpc_core::Streaming<u64, std::convert::Infallible>) -> CallError {
    let lost = within(async {
        loop {
            match stream.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => return error,
                None => panic!("a cut stream has no clean end"),
            }
        }
    });
    lost.await
}

#[tokio::test]
async fn a_stream_whose_worker_has_gone_is_lost() {
    let server = Server::start().await;
    let nats = server.connect().await;
    let worker = Feeding::with(nats.clone(), |serve| serve).await;
    let feed = watchful_client(&server).await;
    let mut silent = within(feed.silent().into_future()).await.unwrap();
    // As if its process had been killed: nothing is said any more, and its subscriptions are gone.
    worker.task.abort();
    drop((worker.task.await, nats));
    let error = loss(&mut silent).await;
    let gone = matches!(cause(&error), NatsError::StreamLost { reason } if reason.contains("gone"));
    assert!(gone, "{error:?}");
    assert!(error.is_retryable());
    assert_eq!(error.execution(), Execution::MaybeRun);
}

#[tokio::test]
async fn a_worker_drops_the_streams_of_clients_that_have_gone() {
    let server = Server::start().await;
    let often = |serve: Serve<_>| serve.heartbeat(Duration::from_millis(100));
    let worker = Feeding::with(server.connect().await, often).await;
    let nats = server.connect().await;
    let feed = FeedClient::new(rpc_nats::client(nats.clone(), "feed").unwrap());
    let silent = within(feed.silent().into_future()).await.unwrap();
    worker.watch.until_opened(1).await;
    // Its connection is closed while it still wants the stream.
    within(nats.drain()).await.unwrap();
    worker.watch.until_all_dropped().await;
    drop(silent);
}

/// An open stream whose ends don't look whether the other one is still there, and the first message of its worker.
struct Watched {
    worker: Feeding,
    stream: rpc_core::Streaming<u64, std::convert::Infallible>,
    spy: async_nats::Client,
    first: async_nats::Message,
    /// Where the worker reads.
    back: String,
    _server: Server,
}

impl Watched {
    async fn open() -> Watched {
        const RARELY: Duration = Duration::from_secs(3600);
        let server = Server::start().await;
        let rarely = |serve: Serve<_>| serve.heartbeat(RARELY);
        let worker = Feeding::with(server.connect().await, rarely).await;
        let spy = server.connect().await;
        let mut seen = spy.subscribe("_INBOX.>").await.unwrap();
        let builder = Client::<Nats>::builder().heartbeat(RARELY);
        let client = builder.build(server.connect().await, "feed").unwrap();
        let stream = within(FeedClient::new(client).silent().into_future()).await;
        let is_first = |message: &async_nats::Message| {
            let headers = message.headers.as_ref();
            headers.is_some_and(|headers| headers.get("rpc-stream").is_some())
        };
        let mut until_seen = async |is_wanted: &dyn Fn(&async_nats::Message) -> bool| loop {
            let message = within(seen.next()).await.unwrap();
            if is_wanted(&message) {
                return message;
            }
        };
        let first = until_seen(&is_first).await;
        // The first message of the client, which says no more than that it is there.
        let to = first.reply.as_ref().unwrap();
        until_seen(&|message| message.subject == *to).await;
        let back = to.strip_suffix(".1").unwrap();
        Watched {
            worker,
            stream: stream.unwrap(),
            spy,
            back: back.to_owned(),
            first,
            _server: server,
        }
    }

    /// Both ends notice.
    async fn until_lost(mut self) {
        let error = loss(&mut self.stream).await;
        let cause = cause(&error);
        let lost = matches!(cause, NatsError::StreamLost { reason } if reason.contains("lost"));
        assert!(lost, "{error:?}");
        self.worker.watch.until_all_dropped().await;
    }
}

#[tokio::test]
async fn a_lost_message_of_the_worker_is_noticed() {
    let stream = Watched::open().await;
    // The next one would have the number 2.
    let later = format!("{}.3", stream.back);
    let to = stream.first.subject.clone();
    let published = stream.spy.publish_with_reply(to, later, "".into());
    published.await.unwrap();
    stream.until_lost().await;
}

#[tokio::test]
async fn a_lost_message_of_the_client_is_noticed() {
    let stream = Watched::open().await;
    // It has sent the number 1.
    let later = format!("{}.3", stream.back);
    stream.spy.publish(later, "".into()).await.unwrap();
    stream.until_lost().await;
}

/// A message of the client to the worker of its stream is short.
#[tokio::test]
async fn a_long_message_of_the_client_cuts_the_stream() {
    let stream = Watched::open().await;
    let next = format!("{}.2", stream.back);
    let long = "x".repeat(2000).into();
    stream.spy.publish(next, long).await.unwrap();
    stream.until_lost().await;
}

/// Calls go where permissions are checked, and not over an open stream.
#[tokio::test]
async fn a_call_over_an_open_stream_does_not_run() {
    let mut stream = Watched::open().await;
    let calls = [
        r#"{"jsonrpc":"2.0","method":"feed.note","params":["x"],"id":9}"#,
        r#"{"jsonrpc":"2.0","method":"feed.note","params":["x"]}"#,
        r#"[{"jsonrpc":"2.0","method":"feed.note","params":["x"],"id":9}]"#,
        r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#,
    ];
    for (call, number) in calls.into_iter().zip(2..) {
        let to = format!("{}.{number}", stream.back);
        stream.spy.publish(to, call.into()).await.unwrap();
    }
    // The last one is not a call. It ends the stream, so the others have been read.
    let cancelled = within(stream.stream.next()).await.unwrap().unwrap_err();
    let said = cancelled.object().map(|error| error.code());
    assert_eq!(said, Some(code::CANCELLED), "{cancelled:?}");
    assert_eq!(stream.worker.watch.notes.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_message_that_comes_twice_counts_once() {
    let mut stream = Watched::open().await;
    let to = stream.first.subject.clone();
    let again = format!("{}.1", stream.back);
    let payload = stream.first.payload.clone();
    let published = stream.spy.publish_with_reply(to.clone(), again, payload);
    published.await.unwrap();
    let item = br#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":5}}"#;
    let next = format!("{}.2", stream.back);
    let published = stream
        .spy
        .publish_with_reply(to, next, item.as_slice().into());
    published.await.unwrap();
    assert_eq!(within(stream.stream.next()).await.unwrap().unwrap(), 5);
}

/// A worker that answers each call with the same message of a stream, and says nothing more.
async fn says(nats: async_nats::Client, message: &'static str, number: u64) {
    let mut calls = nats.subscribe("feed.>").await.unwrap();
    tokio::spawn(async move {
        let mine = nats.new_inbox();
        // So that somebody takes what the client says.
        let _taken = nats.subscribe(format!("{mine}.>")).await.unwrap();
        while let Some(call) = calls.next().await {
            let Some(to) = call.reply else {
                continue; // a cancellation
            };
            let mut headers = async_nats::HeaderMap::new();
            headers.insert("rpc-stream", "100");
            let back = format!("{mine}.1.{number}");
            nats.publish_with_reply_and_headers(to, back, headers, message.into())
                .await
                .unwrap();
        }
    });
}

#[tokio::test]
async fn a_silent_worker_is_noticed() {
    let server = Server::start().await;
    let opened = r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":1}}"#;
    says(server.connect().await, opened, 1).await;
    let feed = FeedClient::new(feed_client(&server).await);
    let mut silent = within(feed.silent().into_future()).await.unwrap();
    let error = loss(&mut silent).await;
    let cause = cause(&error);
    let is_silent = matches!(cause, NatsError::StreamLost { reason } if reason.contains("silent"));
    assert!(is_silent, "{error:?}");
}

#[tokio::test]
async fn a_stream_whose_first_message_is_lost_is_lost() {
    let server = Server::start().await;
    let item = r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":1}}"#;
    says(server.connect().await, item, 2).await;
    let feed = FeedClient::new(feed_client(&server).await);
    let error = within(feed.silent().into_future()).await.unwrap_err();
    assert!(
        matches!(cause(&error), NatsError::StreamLost { .. }),
        "{error:?}"
    );
    // So that a stream that can resume does so.
    assert!(error.is_retryable());
    assert_eq!(error.execution(), Execution::MaybeRun);
}

/// A client that has given its call up does not know yet that a stream is open.
#[tokio::test]
async fn an_open_stream_is_cancelled_like_a_call() {
    let server = Server::start().await;
    let worker = Feeding::start(&server).await;
    let nats = server.connect().await;
    let inbox = nats.new_inbox();
    let mut messages = nats.subscribe(inbox.clone()).await.unwrap();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("rpc-stream", "3600000");
    let call = r#"{"jsonrpc":"2.0","method":"feed.silent","id":7}"#;
    let sent = nats.publish_with_reply_and_headers("feed", inbox.clone(), headers, call.into());
    sent.await.unwrap();
    within(messages.next()).await.unwrap();
    assert_eq!(worker.watch.running(), 1);
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("rpc-call", inbox);
    let cancel = r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}"#;
    let sent = nats.publish_with_headers("feed.$/cancelRequest", headers, cancel.into());
    sent.await.unwrap();
    worker.watch.until_all_dropped().await;
}

#[tokio::test]
async fn no_heartbeat_is_too_rare() {
    let server = Server::start().await;
    let never = |serve: Serve<_>| serve.heartbeat(Duration::MAX);
    let worker = Feeding::with(server.connect().await, never).await;
    let builder = Client::<Nats>::builder().heartbeat(Duration::MAX);
    let client = builder.build(server.connect().await, "feed").unwrap();
    checks::one_by_one(client, &worker.watch).await;
}

#[tokio::test]
async fn streams_are_bounded() {
    let server = Server::start().await;
    let one = |serve: Serve<_>| serve.max_streams(1).max_in_flight(1);
    let worker = Feeding::with(server.connect().await, one).await;
    let feed = FeedClient::new(feed_client(&server).await);
    let first = within(feed.silent().into_future()).await.unwrap();
    let refused = within(feed.silent().into_future()).await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun, "{refused:?}");
    let said = refused.object().map(|error| error.code());
    assert_eq!(said, Some(code::TOO_MANY_STREAMS), "{refused:?}");
    // An open stream does not count among the calls.
    let echo = within(feed.echo("beside it").into_future()).await;
    assert_eq!(echo.unwrap(), "beside it");
    drop(first);
    worker.watch.until_all_dropped().await;
    until_open(&feed).await;
}

/// Opens a stream as soon as there is room.
async fn until_open<T: Transport>(feed: &FeedClient<T>) {
    within(async {
        while feed.silent().await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Streams whose items grow.
#[rpc]
trait Growing {
    fn from(&self, length: usize) -> impl Stream<Item = String>;
}

struct Grows;

impl Growing for Grows {
    fn from(&self, length: usize) -> impl Stream<Item = String> {
        stream::iter((length..).map(|length| "x".repeat(length)))
    }
}

#[tokio::test]
async fn an_item_that_nats_does_not_carry_is_an_error() {
    let server = Server::with("max_payload: 4096").await;
    let nats = server.connect().await;
    let worker = serve(nats.clone(), "growing", GrowingServer::new(Grows));
    let worker = tokio::spawn(worker.into_future());
    until_served(&nats, "growing").await;
    let client = rpc_nats::client(server.connect().await, "growing").unwrap();
    let growing = GrowingClient::new(client);
    let mut items = within(growing.from(3800).into_future()).await.unwrap();
    let mut longest = 0;
    let error = loop {
        match within(items.next()).await.unwrap() {
            Ok(item) => longest = item.len(),
            Err(error) => break error,
        }
    };
    let said = error.object().map(|error| error.code());
    assert_eq!(said, Some(code::REPLY_TOO_LARGE), "{error:?}");
    // All but what surrounds an item in its message, with the headers of the first ones.
    assert!(longest > 3900, "{longest}");
    worker.abort();
}

#[tokio::test]
async fn a_stream_that_can_resume_outlives_its_worker_and_its_node() {
    let mut server = Server::start().await;
    let book = Arc::new(Book::default());
    let worker = |nats: async_nats::Client| {
        let service = JournalServer::new(Shelf(Arc::clone(&book)));
        let often = Duration::from_millis(100);
        tokio::spawn(
            serve(nats, "journal", service)
                .heartbeat(often)
                .into_future(),
        )
    };
    let connect = || server.connect_with(quick_options());
    let (nats, first_nats) = (connect().await, connect().await);
    let first = worker(first_nats.clone());
    until_served(&nats, "journal").await;
    let builder = Client::<Nats>::builder().heartbeat(Duration::from_millis(100));
    let client = builder.build(nats.clone(), "journal").unwrap();
    let journal = JournalClient::new(client);
    let mut lines = within(journal.log("tea", None).into_future())
        .await
        .unwrap();
    book.write(3);
    let mut next = async || within(lines.next()).await.unwrap().unwrap().cursor;
    assert_eq!([next().await, next().await, next().await], [1, 2, 3]);

    // Its worker dies, and another one goes on.
    let second = worker(connect().await);
    first.abort();
    drop((first.await, first_nats));
    book.write(2);
    assert_eq!([next().await, next().await], [4, 5]);

    // NATS itself is started again.
    server.kill();
    book.write(1);
    server.restart().await;
    assert_eq!(next().await, 6);
    drop(second);
}

#[tokio::test]
async fn the_wire() {
    let server = Server::start().await;
    let _worker = Feeding::start(&server).await;
    let nats = server.connect().await;
    let inbox = nats.new_inbox();
    let mut messages = nats.subscribe(inbox.clone()).await.unwrap();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("rpc-stream", "60000");
    headers.insert("rpc-window", "1");
    let call = br#"{"jsonrpc":"2.0","method":"feed.count","params":[2],"id":7}"#;
    let sent = nats.publish_with_reply_and_headers(
        "feed.feed.count",
        inbox,
        headers,
        call.as_slice().into(),
    );
    sent.await.unwrap();
    let mut next = async || {
        let message = within(messages.next()).await.unwrap();
        let text = String::from_utf8(message.payload.to_vec()).unwrap();
        (text, message.reply.unwrap().to_string(), message.headers)
    };
    let (opened, back, headers) = next().await;
    assert_eq!(
        opened,
        r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"opened":true}}"#
    );
    assert_eq!(
        headers.unwrap().get("rpc-stream").unwrap().as_str(),
        "15000"
    );
    let back = back.strip_suffix(".1").unwrap().to_owned();
    let (item, number, headers) = next().await;
    assert_eq!(
        item,
        r#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":1}}"#
    );
    assert_eq!(number, format!("{back}.2"));
    // The client may not have got the first one, since it has said nothing yet.
    assert!(headers.unwrap().get("rpc-stream").is_some());
    // There is no room for another one before the client says so.
    let window = br#"{"jsonrpc":"2.0","method":"$/window","params":{"token":7,"add":1000}}"#;
    let granted = nats.publish(format!("{back}.1"), window.as_slice().into());
    granted.await.unwrap();
    let (item, number, headers) = next().await;
    assert!(item.contains(r#""value":2"#), "{item}");
    assert_eq!((number, headers), (format!("{back}.3"), None));
    let (end, number, _) = next().await;
    assert_eq!(end, r#"{"jsonrpc":"2.0","result":null,"id":7}"#);
    assert_eq!(number, format!("{back}.4"));
}
