//! Deadlines: the time that a client waits goes with its call, and ends the call on the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use http::HeaderMap;
use rpc_core::limits::Deadlines;
use rpc_core::{
    CallError, Client, Context, Execution, RpcError, Server, Transport, code, memory, rpc,
};
use rpc_http::server::{Endpoint, endpoint, serve};
use rpc_http::{lean, ws};
use rpc_tokio::Tokio;
use tokio::net::TcpListener;

use crate::streams::feed::until;

/// Longer than anything takes here.
const LONG: Duration = Duration::from_secs(240);

#[rpc]
trait Work {
    /// Runs until it is dropped.
    async fn forever(&self);

    /// How long the caller still waits, in milliseconds.
    async fn left(&self, #[rpc(context)] cx: &Context) -> Option<u64>;

    /// Runs until it is told that nobody waits any more.
    #[rpc(blocking)]
    fn block(&self, #[rpc(context)] cx: &Context) -> bool;

    /// Gives a number, and then nothing more for ever.
    fn watch(&self) -> impl Stream<Item = u64>;

    /// Does not open.
    async fn open(&self) -> Result<impl Stream<Item = u64>, Never>;

    #[rpc(notification)]
    async fn note(&self);

    async fn opened(&self) -> usize;

    async fn dropped(&self) -> usize;
}

#[derive(Debug, thiserror::Error, RpcError)]
enum Never {
    #[error("never")]
    #[rpc(code = 1)]
    Never,
}

#[derive(Default)]
struct Counts {
    begun: AtomicUsize,
    dropped: AtomicUsize,
    noted: AtomicUsize,
    cancelled: AtomicUsize,
}

#[derive(Clone, Default)]
struct Worker(Arc<Counts>);

/// Counts what is dropped.
struct Running(Arc<Counts>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Worker {
    fn begin(&self) -> Running {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&self.0))
    }
}

impl Work for Worker {
    async fn forever(&self) {
        let _running = self.begin();
        std::future::pending().await
    }

    async fn left(&self, cx: &Context) -> Option<u64> {
        let _running = self.begin();
        cx.remaining()
            .map(|left| u64::try_from(left.as_millis()).unwrap())
    }

    fn block(&self, cx: &Context) -> bool {
        let _running = self.begin();
        while !cx.is_cancelled() {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.0.cancelled.fetch_add(1, Ordering::SeqCst);
        true
    }

    fn watch(&self) -> impl Stream<Item = u64> {
        stream::iter([1]).chain(stream::pending())
    }

    async fn open(&self) -> Result<impl Stream<Item = u64>, Never> {
        let _running = self.begin();
        std::future::pending::<()>().await;
        Ok(stream::empty())
    }

    async fn note(&self) {
        // Longer than the time of its sender.
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.0.noted.fetch_add(1, Ordering::SeqCst);
    }

    async fn opened(&self) -> usize {
        self.0.begun.load(Ordering::SeqCst)
    }

    async fn dropped(&self) -> usize {
        self.0.dropped.load(Ordering::SeqCst)
    }
}

/// A server, with a client that tells nobody how long it waits.
async fn served(
    worker: &Worker,
    settings: impl FnOnce(Endpoint<WorkServer<Worker>>) -> Endpoint<WorkServer<Worker>>,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let endpoint = settings(endpoint(WorkServer::new(worker.clone())));
    tokio::spawn(async move { serve(listener, endpoint).await });
    url
}

fn lean_client(url: &str) -> WorkClient<lean::Lean> {
    WorkClient::new(lean::Client::new(url).unwrap())
}

/// Tells the server another time than it waits, so that the server's answer is seen.
fn told(milliseconds: &str) -> HeaderMap {
    HeaderMap::from_iter([(
        "rpc-timeout-ms".parse().unwrap(),
        milliseconds.parse().unwrap(),
    )])
}

async fn ends_with_its_time<T: Transport>(client: Client<T>, worker: &Worker) {
    let work = WorkClient::new(client);
    let counts = &worker.0;
    // The client's own time.
    let dropped = counts.dropped.load(Ordering::SeqCst);
    let late = work.forever().timeout(Duration::from_millis(300)).await;
    assert!(late.unwrap_err().is_timeout());
    until(|| counts.dropped.load(Ordering::SeqCst) == dropped + 1).await;

    // The server's answer.
    let late = work.forever().headers(&told("20")).await.unwrap_err();
    assert_eq!(late.object().unwrap().code(), code::DEADLINE_EXCEEDED);
    assert_eq!(late.execution(), Execution::MaybeRun);
    assert!(late.is_retryable());

    let left = work.left().timeout(LONG).await.unwrap().unwrap();
    assert!((1..=240_000).contains(&left), "{left}");

    // Nothing runs that is late from the start.
    let begun = counts.begun.load(Ordering::SeqCst);
    let expired = work.left().headers(&told("0")).await.unwrap_err();
    assert_eq!(expired.object().unwrap().code(), code::EXPIRED);
    assert_eq!(expired.execution(), Execution::NotRun);
    assert_eq!(counts.begun.load(Ordering::SeqCst), begun);

    // But a notification, of which nobody would learn that it has not run.
    let noted = counts.noted.load(Ordering::SeqCst);
    work.note().headers(&told("0")).await.unwrap();
    until(|| counts.noted.load(Ordering::SeqCst) == noted + 1).await;

    // What is not a time counts as none.
    for nonsense in ["soon", "-5", "1.5", "99999999999", ""] {
        assert_eq!(
            work.left().headers(&told(nonsense)).await.unwrap(),
            None,
            "{nonsense}"
        );
    }
}

#[tokio::test]
async fn by_the_lean_client() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    ends_with_its_time(lean::Client::new(&url).unwrap(), &worker).await;
}

#[tokio::test]
async fn by_the_client_on_reqwest() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    ends_with_its_time(rpc_http::Client::new(&url).unwrap(), &worker).await;
}

#[tokio::test]
async fn with_batching() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    let client = lean::Client::builder()
        .batching(Default::default())
        .build(&url)
        .unwrap();
    let work = WorkClient::new(client);
    // The message has the longest time of its calls.
    let (first, second) = tokio::join!(
        work.left().timeout(Duration::from_secs(20)),
        work.left().timeout(LONG),
    );
    for left in [first, second] {
        assert!(left.unwrap().unwrap() > 20_000);
    }
}

/// Each entry has the time of the message.
#[tokio::test]
async fn in_a_batch() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    let client = lean::Client::new(&url).unwrap();
    let work = WorkClient::new(client.clone());
    let batch = (work.forever(), work.left(), work.note());
    let (late, left, _noted) = client.batch(batch).headers(&told("30")).await.unwrap();
    assert_eq!(
        late.unwrap_err().object().unwrap().code(),
        code::DEADLINE_EXCEEDED
    );
    assert!(left.unwrap().unwrap() <= 30);
    let batch = (work.left(), work.left());
    let (first, second) = client.batch(batch).headers(&told("0")).await.unwrap();
    for late in [first, second] {
        assert_eq!(late.unwrap_err().object().unwrap().code(), code::EXPIRED);
    }
    // It had begun, so it ran to its end.
    until(|| worker.0.noted.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn a_blocking_method_sees_it() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    let late = lean_client(&url).block().headers(&told("20")).await;
    assert_eq!(
        late.unwrap_err().object().unwrap().code(),
        code::DEADLINE_EXCEEDED
    );
    until(|| worker.0.cancelled.load(Ordering::SeqCst) == 1).await;
}

/// A stream has to be open in time, and may then go on.
#[tokio::test]
async fn a_stream_has_to_open() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    let work = lean_client(&url);
    let late = work.open().headers(&told("20")).await.unwrap_err();
    assert_eq!(late.object().unwrap().code(), code::DEADLINE_EXCEEDED);
    let mut watched = work.watch().headers(&told("100")).await.unwrap();
    assert_eq!(watched.next().await.unwrap().unwrap(), 1);
    let silent = tokio::time::timeout(Duration::from_millis(400), watched.next()).await;
    assert!(silent.is_err(), "{silent:?}");
}

#[tokio::test]
async fn a_server_has_the_last_word() {
    let worker = Worker::default();
    let deadlines = Deadlines::new()
        .min_timeout(Duration::from_secs(100))
        .max_timeout(Duration::from_secs(200))
        .default_timeout(Duration::from_secs(150));
    let url = served(&worker, |endpoint| endpoint.deadlines(deadlines)).await;
    let client = lean::Client::builder()
        .tell_timeout(false)
        .build(&url)
        .unwrap();
    let work = WorkClient::new(client);
    let socket = ws::Client::new(url.replace("http", "ws")).unwrap();
    let by_websocket = WorkClient::new(socket);
    for (left, at_most) in [
        (work.left().await, 150_000),
        (by_websocket.left().await, 150_000),
        (work.left().headers(&told("1")).await, 100_000),
        (work.left().headers(&told("900000")).await, 200_000),
        (work.left().headers(&told("120000")).await, 120_000),
    ] {
        let left = left.unwrap().unwrap();
        assert!(
            (at_most - 90_000..=at_most).contains(&left),
            "{left} {at_most}"
        );
    }
}

/// Over a WebSocket nobody says how long they wait, but the server may have a limit.
#[tokio::test]
async fn over_a_websocket() {
    let worker = Worker::default();
    let limit = Deadlines::new().max_timeout(Duration::from_millis(300));
    let url = served(&worker, |endpoint| endpoint.deadlines(limit)).await;
    let socket = ws::Client::new(url.replace("http", "ws")).unwrap();
    let work = WorkClient::new(socket);
    let mut watched = work.watch().await.unwrap();
    let late = work.forever().await.unwrap_err();
    assert_eq!(late.object().unwrap().code(), code::DEADLINE_EXCEEDED);
    assert_eq!(watched.next().await.unwrap().unwrap(), 1);
    let blocked = work.block().await.unwrap_err();
    assert_eq!(blocked.object().unwrap().code(), code::DEADLINE_EXCEEDED);
    until(|| worker.0.cancelled.load(Ordering::SeqCst) == 1).await;
    assert_eq!(work.opened().await.unwrap(), 2);
}

/// What a client says itself is not changed.
#[tokio::test]
async fn the_header_can_be_left_out_or_set() {
    let worker = Worker::default();
    let url = served(&worker, |endpoint| endpoint).await;
    let silent = lean::Client::builder()
        .tell_timeout(false)
        .build(&url)
        .unwrap();
    let silent = WorkClient::new(silent);
    assert_eq!(silent.left().timeout(LONG).await.unwrap(), None);
    let own = rpc_http::Client::builder()
        .headers(told("5000"))
        .build(&url)
        .unwrap();
    let own = WorkClient::new(own);
    assert!(own.left().timeout(LONG).await.unwrap().unwrap() <= 5000);
}

#[tokio::test]
async fn in_memory() {
    let worker = Worker::default();
    let server = Server::new(WorkServer::new(worker.clone())).runtime(Tokio);
    let work = WorkClient::new(memory::connect(server));
    assert_eq!(work.left().await.unwrap(), None);
    assert!(work.left().timeout(LONG).await.unwrap().is_some());
    let late = work.forever().timeout(Duration::from_millis(20)).await;
    assert!(late.unwrap_err().is_timeout());
    until(|| worker.0.dropped.load(Ordering::SeqCst) == 3).await;
}

#[rpc]
trait Behind {
    async fn left_and_id(&self, #[rpc(context)] cx: &Context) -> (Option<u64>, Option<String>);
}

impl Behind for Worker {
    async fn left_and_id(&self, cx: &Context) -> (Option<u64>, Option<String>) {
        (
            self.left(cx).await,
            cx.header("x-request-id").map(str::to_owned),
        )
    }
}

#[rpc]
trait Front {
    /// What a server further on sees: how long it has, and the request's id.
    async fn pass_on(
        &self,
        #[rpc(context)] cx: &Context,
    ) -> Result<(Option<u64>, Option<String>), Never>;

    async fn own_id(&self, #[rpc(context)] cx: &Context) -> Option<String>;

    async fn too_late(&self, #[rpc(context)] cx: &Context) -> bool;
}

struct FrontDesk(Client<lean::Lean>);

impl Front for FrontDesk {
    async fn pass_on(&self, cx: &Context) -> Result<(Option<u64>, Option<String>), Never> {
        let seen = self.0.call("left_and_id", ()).within(cx).await;
        seen.map_err(|_| Never::Never)
    }

    async fn own_id(&self, cx: &Context) -> Option<String> {
        let call = self.0.call("left_and_id", ()).within(cx);
        let seen: Result<(Option<u64>, Option<String>), CallError> =
            call.header("x-request-id", "own").await;
        seen.unwrap().1
    }

    async fn too_late(&self, cx: &Context) -> bool {
        while cx.remaining().is_some_and(|left| !left.is_zero()) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let late: Result<(), CallError> = self.0.call("left_and_id", ()).within(cx).await;
        let late = late.unwrap_err();
        assert_eq!(late.execution(), Execution::NotRun);
        assert!(late.is_timeout());
        true
    }
}

/// A method passes on what is left of its time, and the headers that follow a call.
#[tokio::test]
async fn from_call_to_call() {
    let behind = BehindServer::new(Worker::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { serve(listener, endpoint(behind)).await });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let front_url = format!("http://{}/", listener.local_addr().unwrap());
    let desk = FrontDesk(lean::Client::new(&url).unwrap());
    tokio::spawn(async move { serve(listener, endpoint(FrontServer::new(desk))).await });
    let front = FrontClient::new(lean::Client::new(&front_url).unwrap());
    let call = front.pass_on().header("x-request-id", "r7");
    let (left, id) = call.timeout(Duration::from_secs(20)).await.unwrap();
    // Without the front's time, it would be the client's usual 30 s.
    assert!(left.unwrap() <= 20_000, "{left:?}");
    assert_eq!(id.as_deref(), Some("r7"));
    // The call's own headers take precedence, whatever comes first.
    let own = front.own_id().header("x-request-id", "r8");
    assert_eq!(own.await.unwrap(), Some("own".to_owned()));
    assert!(front.too_late().headers(&told("5")).await.is_ok());
}
