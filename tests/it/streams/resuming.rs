//! Streams that go on when their connection is lost.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use rpc_core::{CallError, CannotResume, Client, Tracked, Transport};
use rpc_http::server::{endpoint, serve};
use rpc_http::{lean, ws};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::feed::{LIMIT, until};
use super::journal::{Book, JournalClient, JournalError, JournalServer, Relay, Shelf, take};

/// A server behind a relay.
struct Cuttable {
    book: Arc<Book>,
    relay: Relay,
    server: JoinHandle<std::io::Result<()>>,
}

impl Cuttable {
    async fn http() -> Self {
        Cuttable::serving(|listener, shelf| {
            tokio::spawn(serve(listener, endpoint(JournalServer::new(shelf))).into_future())
        })
        .await
    }

    async fn stream() -> Self {
        Cuttable::serving(|listener, shelf| {
            let server = rpc_stream::server::serve(listener, JournalServer::new(shelf));
            tokio::spawn(server.into_future())
        })
        .await
    }

    async fn serving(
        start: impl FnOnce(TcpListener, Shelf) -> JoinHandle<std::io::Result<()>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let book = Arc::new(Book::default());
        Cuttable {
            server: start(listener, Shelf(Arc::clone(&book))),
            relay: Relay::to(address).await,
            book,
        }
    }

    fn address(&self) -> SocketAddr {
        self.relay.address
    }

    fn ws(&self) -> ws::Client {
        ws::Client::new(format!("ws://{}/", self.address())).unwrap()
    }
}

impl Drop for Cuttable {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lines(items: &[Tracked<u64, String>]) -> Vec<u64> {
    for Tracked { cursor, value } in items {
        assert_eq!(*value, format!("line {cursor}"));
    }
    items.iter().map(|item| item.cursor).collect()
}

/// The simple loop works, whatever happens to the connection, and each line comes once.
async fn nothing_is_missing<T: Transport>(server: &Cuttable, client: Client<T>) {
    let journal = JournalClient::new(client);
    let (book, relay) = (&server.book, &server.relay);
    let mut log = journal.log("tea", None).await.unwrap();
    assert_eq!(log.resumed(), 0);

    // Before the first item, it begins again.
    relay.cut().await;
    book.write(3);
    let reading = tokio::time::timeout(LIMIT, take(&mut log, 3));
    assert_eq!(lines(&reading.await.unwrap()), [1, 2, 3]);
    assert_eq!(log.resumed(), 1);

    // Between items, while the server can't be reached for a while, and while lines are written.
    relay.close().await;
    book.write(100);
    let before = relay.connections();
    let mut next = tokio::spawn(async move {
        let lines = take(&mut log, 100).await;
        (log, lines)
    });
    until(|| relay.connections() > before + 1).await;
    assert!(!next.is_finished());
    relay.open();
    let (mut log, items) = tokio::time::timeout(LIMIT, &mut next)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(lines(&items), (4..=103).collect::<Vec<_>>());
    assert_eq!(log.resumed(), 2);

    // Many items are under way when it is cut.
    book.write(5000);
    let mut items = take(&mut log, 1000).await;
    for _ in 0..3 {
        relay.cut().await;
        items.extend(take(&mut log, 1000).await);
    }
    items.extend(take(&mut log, 1000).await);
    assert_eq!(lines(&items), (104..=5103).collect::<Vec<_>>());

    // Somebody who has kept a cursor goes on from it.
    let mut later = journal.log("tea", Some(5100)).await.unwrap();
    assert_eq!(lines(&take(&mut later, 3).await), [5101, 5102, 5103]);

    // The server no longer has what comes next.
    book.first.store(6000, Ordering::SeqCst);
    relay.cut().await;
    let refused = tokio::time::timeout(LIMIT, log.next()).await.unwrap();
    let Some(Err(CallError::Method(JournalError::TooOld(CannotResume)))) = refused else {
        panic!("{refused:?}");
    };
    assert!(log.next().await.is_none());
    drop(later);
    until(|| book.running() == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_websocket() {
    let server = Cuttable::http().await;
    nothing_is_missing(&server, server.ws()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tcp() {
    let server = Cuttable::stream().await;
    let client = rpc_stream::Client::new(format!("tcp://{}", server.address())).unwrap();
    nothing_is_missing(&server, client.boxed()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_server_sent_events_by_the_lean_client() {
    let server = Cuttable::http().await;
    let client = lean::Client::new(format!("http://{}/", server.address())).unwrap();
    nothing_is_missing(&server, client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_server_sent_events_by_the_client_on_reqwest() {
    let server = Cuttable::http().await;
    let client = rpc_http::Client::new(format!("http://{}/", server.address())).unwrap();
    nothing_is_missing(&server, client).await;
}

/// A stream without cursors is never opened again.
#[tokio::test]
async fn other_streams_are_lost() {
    let server = Cuttable::http().await;
    let journal = JournalClient::new(server.ws());
    let mut silent = journal.silent().await.unwrap();
    server.relay.cut().await;
    let lost = tokio::time::timeout(LIMIT, silent.next()).await.unwrap();
    assert!(
        matches!(lost, Some(Err(CallError::Transport(_)))),
        "{lost:?}"
    );
    assert_eq!(silent.resumed(), 0);
    until(|| server.book.running() == 0).await;
    assert_eq!(server.book.opened.load(Ordering::SeqCst), 1);
}

/// Gaps count as silence.
#[tokio::test]
async fn a_server_that_stays_away_is_given_up() {
    let server = Cuttable::http().await;
    let timeout = Duration::from_millis(300);
    let url = format!("http://{}/", server.address());
    let by_websocket = JournalClient::new(server.ws().boxed());
    let by_events = JournalClient::new(lean::Client::new(url).unwrap().boxed());
    for journal in [by_websocket, by_events] {
        server.relay.open();
        let mut log = journal
            .log("tea", None)
            .idle_timeout(timeout)
            .await
            .unwrap();
        server.relay.close().await;
        let ended = tokio::time::timeout(LIMIT, log.next()).await.unwrap();
        assert!(
            matches!(ended, Some(Err(CallError::Timeout(_)))),
            "{ended:?}"
        );
        assert!(log.next().await.is_none());
    }
}

/// What the method itself answers is the end.
#[tokio::test]
async fn a_refusal_is_the_end() {
    let server = Cuttable::http().await;
    let journal = JournalClient::new(server.ws());
    let mut log = journal.log("tea", None).await.unwrap();
    server.book.is_moving.store(true, Ordering::SeqCst);
    server.relay.cut().await;
    let ended = tokio::time::timeout(LIMIT, log.next()).await.unwrap();
    assert!(
        matches!(ended, Some(Err(CallError::Method(JournalError::Moving)))),
        "{ended:?}"
    );
}

/// A server that is restarted ends its streams first, and refuses to open them until it is gone.
#[tokio::test]
async fn a_restart_loses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let book = Arc::new(Book::default());
    let start = |listener| {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let shelf = Shelf(Arc::clone(&book));
        let server = serve(listener, endpoint(JournalServer::new(shelf)))
            .shutdown(async { drop(stopped.await) });
        (stop, tokio::spawn(server.into_future()))
    };
    let (stop, server) = start(listener);
    let url = format!("{address}/");
    let by_websocket = ws::Client::new(format!("ws://{url}")).unwrap().boxed();
    let by_events = lean::Client::new(format!("http://{url}")).unwrap().boxed();
    let mut streams = Vec::new();
    for client in [by_websocket, by_events] {
        streams.push(JournalClient::new(client).log("tea", None).await.unwrap());
    }
    book.write(2);
    for log in &mut streams {
        assert_eq!(lines(&take(log, 2).await), [1, 2]);
    }
    drop(stop);
    let reading = streams.into_iter().map(|mut log| {
        tokio::spawn(async move {
            let lines = take(&mut log, 2).await;
            (lines, log.resumed())
        })
    });
    let reading: Vec<_> = reading.collect();
    tokio::time::timeout(LIMIT, server)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    let listener = loop {
        match TcpListener::bind(address).await {
            Ok(listener) => break listener,
            Err(_in_use) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let (_stop, server) = start(listener);
    book.write(2);
    for log in reading {
        let (items, resumed) = tokio::time::timeout(LIMIT, log).await.unwrap().unwrap();
        assert_eq!(lines(&items), [3, 4]);
        // The server that stops may have opened it once more.
        assert!(resumed >= 1);
    }
    server.abort();
}

/// In memory, and over any other transport without a way to connect again.
#[tokio::test]
async fn cursors_arrive_without_connections() {
    let book = Arc::new(Book::default());
    let client = rpc_core::memory::connect(JournalServer::new(Shelf(Arc::clone(&book))));
    let journal = JournalClient::new(client);
    book.write(2);
    let mut log = journal.log("tea", Some(1)).await.unwrap();
    assert_eq!(
        take(&mut log, 1).await,
        [Tracked::new(2, "line 2".to_owned())]
    );
    let keys: Vec<_> = journal.keyed(Some("$end")).await.unwrap().collect().await;
    let keys: Vec<_> = keys.into_iter().map(|key| key.unwrap().value).collect();
    assert_eq!(keys, [4, 5, 6]);
    let refused = journal.log("coffee", None).await.unwrap_err();
    assert!(
        matches!(refused, CallError::Method(JournalError::NoTopic)),
        "{refused:?}"
    );
}

#[test]
fn the_contract_says_so() {
    let contract = JournalServer::<Shelf>::CONTRACT;
    let log = contract.method("journal.log").unwrap();
    assert_eq!(log.cursor().map(|cursor| cursor.name), Some("after"));
    assert_eq!(log.stream.as_ref().unwrap().items, "Tracked<u64, String>");
    assert!(contract.method("journal.ticks").unwrap().cursor().is_none());
    let symbols = contract.method("journal.symbols").unwrap();
    let names: Vec<_> = symbols.params.iter().map(|it| it.name).collect();
    assert_eq!(names, ["document", "partialResultToken"]);
    assert_eq!(symbols.result, "Vec<String>");
}
