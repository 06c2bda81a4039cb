//! What a client with a policy does when calls fail: what it tries again, how often, when and where.

mod clock;
mod failover;
mod names;

use std::future::{IntoFuture, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::{Stream, TryStreamExt, stream};
use rpc_core::transport::{TransportFailure, TransportReply, TransportRequest};
use rpc_core::{
    Budget, Client, Endpoints, Execution, Policy, Resilient, RpcError, TimeoutError, Transport,
    TransportError, memory, rpc,
};
use rpc_http::lean;
use rpc_http::server::{endpoint, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Longer than anything takes here.
const LONG: Duration = Duration::from_secs(240);

type Answer = Result<TransportReply, TransportFailure>;

/// The answer to a message, given how many came before it.
type Script = dyn Fn(usize, &TransportRequest) -> Answer + Send + Sync;

/// A server that does as it is told, and counts what it receives.
#[derive(Clone)]
struct Scripted {
    answer: Arc<Script>,
    delay: Duration,
    received: Arc<AtomicUsize>,
}

impl Scripted {
    fn new(answer: impl Fn(usize, &TransportRequest) -> Answer + Send + Sync + 'static) -> Self {
        Scripted {
            answer: Arc::new(answer),
            delay: Duration::ZERO,
            received: Arc::default(),
        }
    }

    /// Always gives this, as long as it is not a result.
    fn failing(failure: impl Fn(&TransportRequest) -> Answer + Send + Sync + 'static) -> Self {
        Scripted::new(move |_, message| failure(message))
    }

    fn well() -> Self {
        Scripted::failing(result)
    }

    fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    fn client(&self) -> Client<Scripted> {
        Client::from_transport(self.clone())
    }

    fn received(&self) -> usize {
        self.received.load(Ordering::SeqCst)
    }
}

impl Transport for Scripted {
    async fn send(&self, message: TransportRequest) -> Answer {
        let number = self.received.fetch_add(1, Ordering::SeqCst);
        let answer = async {
            match self.delay.is_zero() {
                true => {}
                false => tokio::time::sleep(self.delay).await,
            }
            (self.answer)(number, &message)
        };
        let timeout = message.timeout.unwrap_or(LONG);
        let answered = tokio::time::timeout(timeout, answer).await;
        answered.unwrap_or_else(|_| Err(TimeoutError::Reply.into()))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        Some(Box::pin(tokio::time::sleep(duration)))
    }
}

/// Answers each call of a message with `true`.
fn result(message: &TransportRequest) -> Answer {
    answered(
        message,
        |id| json!({ "jsonrpc": "2.0", "result": true, "id": id }),
    )
}

fn error(code: i64) -> impl Fn(&TransportRequest) -> Answer + Send + Sync {
    move |message| {
        answered(
            message,
            |id| json!({ "jsonrpc": "2.0", "error": { "code": code, "message": "no" }, "id": id }),
        )
    }
}

fn answered(message: &TransportRequest, answer: impl Fn(&Value) -> Value) -> Answer {
    let sent: Value = serde_json::from_slice(&message.body).unwrap();
    let reply = match &sent {
        Value::Array(calls) => calls.iter().map(|call| answer(&call["id"])).collect(),
        call => answer(&call["id"]),
    };
    Ok(TransportReply::new(reply.to_string()))
}

fn refused(_: &TransportRequest) -> Answer {
    Err(TransportError::message("refused").not_run().into())
}

fn lost(_: &TransportRequest) -> Answer {
    Err(TransportError::message("lost").into())
}

#[rpc]
trait Store {
    #[rpc(idempotent)]
    async fn get(&self) -> Result<bool, StoreError>;

    async fn put(&self) -> Result<bool, StoreError>;
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
enum StoreError {
    #[error("no")]
    #[rpc(code = 7)]
    No,
}

/// A policy whose pauses nobody notices.
fn quick() -> Policy {
    Policy::new()
        .pauses(Duration::from_millis(1), Duration::from_millis(2))
        .budget(Budget::unlimited())
}

type Case = (
    &'static str,
    Box<dyn Fn(&TransportRequest) -> Answer + Send + Sync>,
    usize,
    usize,
);

/// How often a server gets a call that fails each time: one that may run twice, and one that must not.
#[tokio::test]
async fn what_is_tried_again() {
    let status = |retryable| {
        move |_: &TransportRequest| -> Answer {
            let error = TransportError::message("status").with_retryable(retryable);
            Ok(TransportReply::new("<html>").error_if_invalid(error))
        }
    };
    let unread = |_: &TransportRequest| -> Answer {
        let error = TransportError::message("busy").not_run();
        Ok(TransportReply::new("busy")
            .error_if_invalid(error)
            .not_run())
    };
    let cases: [Case; 14] = [
        ("no connection", Box::new(refused), 3, 3),
        ("a lost connection", Box::new(lost), 3, 1),
        (
            "no reply in time",
            Box::new(|_| Err(TimeoutError::Reply.into())),
            3,
            1,
        ),
        (
            "no turn in time",
            Box::new(|_| Err(TimeoutError::Turn.into())),
            3,
            3,
        ),
        ("busy", Box::new(error(-32009)), 3, 3),
        ("too many streams", Box::new(error(-32006)), 3, 3),
        ("shutting down", Box::new(error(-32802)), 3, 1),
        ("a status that passes", Box::new(status(true)), 3, 1),
        ("a status that does not", Box::new(status(false)), 1, 1),
        ("refused unread", Box::new(unread), 3, 3),
        ("unknown method", Box::new(error(-32601)), 1, 1),
        ("invalid params", Box::new(error(-32602)), 1, 1),
        ("the method's own error", Box::new(error(7)), 1, 1),
        ("another error", Box::new(error(1234)), 1, 1),
    ];
    for (name, answer, idempotent, other) in cases {
        let server = Scripted::failing(answer);
        let store = StoreClient::new(quick().over(server.client()));
        assert!(store.get().await.is_err(), "{name}");
        assert_eq!(server.received(), idempotent, "{name}, idempotent");
        assert!(store.put().await.is_err(), "{name}");
        assert_eq!(server.received() - idempotent, other, "{name}");
    }
}

#[tokio::test]
async fn the_promise_can_be_made_with_the_call() {
    let server = Scripted::failing(lost);
    let client = quick().over(server.client());
    client.call::<_, bool>("m", ()).await.unwrap_err();
    assert_eq!(server.received(), 1);
    client
        .call::<_, bool>("m", ())
        .idempotent()
        .await
        .unwrap_err();
    assert_eq!(server.received(), 4);
    client.notify("m", ()).await.unwrap_err();
    assert_eq!(server.received(), 5);
    client.notify("m", ()).idempotent().await.unwrap_err();
    assert_eq!(server.received(), 8);
    let message = r#"{"jsonrpc":"2.0","method":"m","id":1}"#;
    client.send(message).await.unwrap_err();
    assert_eq!(server.received(), 9);
    client.send(message).idempotent().await.unwrap_err();
    assert_eq!(server.received(), 12);
    // A batch is as good as the worst of its entries.
    let one = || client.notify("m", ()).idempotent();
    client.batch((one(), one())).await.unwrap_err();
    assert_eq!(server.received(), 15);
    let other = client.notify("m", ());
    client.batch((one(), other)).await.unwrap_err();
    assert_eq!(server.received(), 16);
}

/// A policy that never tries again sends the message itself, and still learns from its reply how the server does.
#[tokio::test]
async fn one_attempt_is_judged_like_any_other() {
    let down = Scripted::failing(error(-32009));
    let up = Scripted::well();
    let servers = Endpoints::of([down.client(), up.client()]);
    let client = Policy::new().attempts(1).over(servers);
    let store = StoreClient::new(client.clone());
    for number in 0..400 {
        match number % 2 {
            0 => drop(store.get().await),
            _ => drop(client.batch((store.get(), store.put())).await),
        }
    }
    // Five failures, and one each time that it may try again.
    assert!(down.received() < 20, "{}", down.received());
    assert!(up.received() > 380);
}

/// A list of servers can change while clients use it. What is known of those that stay is kept.
#[tokio::test]
async fn servers_are_replaced() {
    let [one, two, three] = [(); 3].map(|()| Scripted::well());
    let clients = [&one, &two, &three].map(Scripted::client);
    let [first, second, third] = clients;
    let servers = Endpoints::of([first, second.clone()]);
    let client = quick().over(servers.clone());
    let call_often = async || {
        for _ in 0..64 {
            assert!(client.call::<_, bool>("m", ()).await.unwrap());
        }
    };
    call_often().await;
    assert!(one.received() > 0 && two.received() > 0 && three.received() == 0);
    let before = one.received();
    servers.replace([second, third]);
    call_often().await;
    assert_eq!(one.received(), before);
    assert!(three.received() > 0);
    assert_eq!(before + two.received() + three.received(), 128);
    // Whoever knows no server at all is wrong.
    servers.replace([]);
    call_often().await;
    assert_eq!(one.received(), before);
    assert!(servers.is_used());
    drop(client);
    assert!(!servers.is_used());
}

#[tokio::test]
async fn a_server_that_stays_keeps_its_health() {
    let (down, up, new) = (
        Scripted::failing(refused),
        Scripted::well(),
        Scripted::well(),
    );
    let (down_client, up_client) = (down.client(), up.client());
    let servers = Endpoints::of([down_client.clone(), up_client]);
    let client = quick().over(servers.clone());
    while down.received() < 5 {
        client.call::<_, bool>("m", ()).await.unwrap();
    }
    servers.replace([down_client, new.client()]);
    assert!(!servers.are_all_left_out());
    for _ in 0..20 {
        client.call::<_, bool>("m", ()).await.unwrap();
    }
    // Left out already, so that it gets no more than a trial.
    assert!(down.received() <= 6, "{}", down.received());
}

#[tokio::test]
async fn a_call_that_succeeds_later_has_its_answer() {
    let server = Scripted::new(|number, message| match number {
        0 => refused(message),
        1 => lost(message),
        _ => result(message),
    });
    let store = StoreClient::new(quick().over(server.client()));
    assert!(store.get().await.unwrap());
    assert_eq!(server.received(), 3);
}

/// A batch may be repeated only if each of its calls may be.
#[tokio::test]
async fn a_batch_is_as_repeatable_as_its_least_repeatable_entry() {
    let server = Scripted::failing(lost);
    let client = quick().over(server.client());
    let store = StoreClient::new(client.clone());
    client.batch((store.get(), store.get())).await.unwrap_err();
    assert_eq!(server.received(), 3);
    client.batch((store.get(), store.put())).await.unwrap_err();
    client.batch((store.put(), store.get())).await.unwrap_err();
    assert_eq!(server.received(), 5);

    let busy = Scripted::new(|number, message| match number {
        0 => error(-32009)(message),
        _ => result(message),
    });
    let client = quick().over(busy.client());
    let store = StoreClient::new(client.clone());
    let (one, two) = client.batch((store.put(), store.put())).await.unwrap();
    assert!(one.unwrap() && two.unwrap());
    assert_eq!(busy.received(), 2);
}

/// Of a notification there is no answer, so it may have run; and so may a call without an answer.
#[tokio::test]
async fn a_batch_that_may_have_run_in_part_is_not_repeated() {
    let busy = |message: &TransportRequest| -> Answer {
        let sent: Vec<Value> = serde_json::from_slice(&message.body).unwrap();
        let calls = sent
            .iter()
            .filter(|entry| entry.get("id").is_some())
            .take(1);
        let reply: Value = calls
            .map(|call| {
                let error = json!({ "code": -32009, "message": "busy" });
                json!({ "jsonrpc": "2.0", "error": error, "id": call["id"] })
            })
            .collect();
        Ok(TransportReply::new(reply.to_string()))
    };
    let server = Scripted::failing(busy);
    let client = quick().over(server.client());
    let store = StoreClient::new(client.clone());
    let told = client
        .batch((client.notify("count", ()), store.put()))
        .await;
    assert!(told.unwrap().1.is_err());
    assert_eq!(server.received(), 1);
    let (refused, unanswered) = client.batch((store.put(), store.put())).await.unwrap();
    assert!(refused.is_err() && unanswered.is_err());
    assert_eq!(server.received(), 2);
    // Twice does no harm.
    let (refused, _) = client.batch((store.get(), store.get())).await.unwrap();
    assert!(refused.is_err());
    assert_eq!(server.received(), 5);
}

/// A refusal says nothing about the attempts before it.
#[tokio::test]
async fn what_may_have_run_once_may_have_run() {
    type Last = fn(&TransportRequest) -> Answer;
    let last: [Last; 4] = [
        refused,
        |message| error(-32009)(message),
        |_| Err(TimeoutError::Connect.into()),
        |_| {
            let error = TransportError::message("busy").not_run();
            Ok(TransportReply::new("busy")
                .error_if_invalid(error)
                .not_run())
        },
    ];
    for last in last {
        let server = Scripted::new(move |number, message| match number {
            0 => lost(message),
            _ => last(message),
        });
        let store = StoreClient::new(quick().over(server.client()));
        let error = store.get().await.unwrap_err();
        assert_eq!(error.execution(), Execution::MaybeRun, "{error}");
        assert_eq!(server.received(), 3);
        let server = Scripted::failing(last);
        let store = StoreClient::new(quick().over(server.client()));
        let error = store.get().await.unwrap_err();
        assert_eq!(error.execution(), Execution::NotRun, "{error}");
    }
}

#[tokio::test]
async fn attempts_are_counted_for_the_server() {
    let server = Scripted::new(|number, message| {
        let attempt = message.headers.get("rpc-attempt");
        let attempt = attempt.map(|it| it.to_str().unwrap().to_owned());
        match number {
            0 => assert_eq!(attempt, None),
            number => assert_eq!(attempt, Some((number + 1).to_string())),
        }
        refused(message)
    });
    let client = quick().attempts(4).over(server.client());
    client.call::<_, bool>("m", ()).await.unwrap_err();
    assert_eq!(server.received(), 4);
}

/// A server that fails everything gets little more than one attempt for each call.
#[tokio::test]
async fn the_budget_bounds_what_a_failing_server_gets() {
    let server = Scripted::failing(error(-32009));
    let policy = Policy::new().pauses(Duration::ZERO, Duration::ZERO);
    let client = policy.attempts(10).over(server.client());
    let begun = Instant::now();
    for _ in 0..2000 {
        client.call::<_, bool>("m", ()).await.unwrap_err();
    }
    let seconds = begun.elapsed().as_secs_f64() + 1.0;
    let most = 2000.0 * 1.2 + 10.0 * seconds;
    assert!(
        (server.received() as f64) <= most,
        "{} {most}",
        server.received()
    );
    assert!(server.received() > 2300, "{}", server.received());
}

/// Nor does one that takes connections and closes them.
#[tokio::test]
async fn the_budget_bounds_connections_as_well() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(connection);
        }
    });
    let policy = Policy::new()
        .pauses(Duration::ZERO, Duration::ZERO)
        .attempts(5);
    let client = policy.over(lean::Client::new(&url).unwrap());
    let begun = Instant::now();
    for _ in 0..500 {
        client
            .call::<_, bool>("m", ())
            .idempotent()
            .await
            .unwrap_err();
    }
    let most = 500.0 * 1.2 + 10.0 * (begun.elapsed().as_secs_f64() + 1.0);
    assert!(
        (accepted.load(Ordering::SeqCst) as f64) <= most,
        "{accepted:?} {most}"
    );
}

#[tokio::test]
async fn the_server_says_when_to_come_back() {
    let wait = |wait| {
        move |number, message: &TransportRequest| match number {
            0 => {
                let error = TransportError::message("busy").not_run();
                let reply = TransportReply::new("").error_if_invalid(error).not_run();
                Ok(reply.retry_after(wait))
            }
            _ => result(message),
        }
    };
    let server = Scripted::new(wait(Duration::from_millis(300)));
    let client = quick().over(server.client());
    let begun = Instant::now();
    assert!(client.call::<_, bool>("m", ()).await.unwrap());
    assert!(begun.elapsed() >= Duration::from_millis(300));

    // Too late for the call, so there is no sense in waiting.
    let server = Scripted::new(wait(LONG));
    let client = quick().over(server.client());
    let begun = Instant::now();
    let call = client
        .call::<_, bool>("m", ())
        .timeout(Duration::from_secs(60));
    assert_eq!(call.await.unwrap_err().execution(), Execution::NotRun);
    assert!(begun.elapsed() < Duration::from_secs(60));
}

/// All attempts share the time of the call.
#[tokio::test]
async fn a_call_takes_no_longer_than_its_time() {
    let server = Scripted::well().after(LONG);
    let client = quick()
        .attempts(100)
        .attempt_timeout(Duration::from_millis(50));
    let store = StoreClient::new(client.over(server.client()));
    let begun = Instant::now();
    let late = store.get().timeout(Duration::from_millis(400)).await;
    assert!(late.unwrap_err().is_timeout());
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(
        (3..=12).contains(&server.received()),
        "{}",
        server.received()
    );
    assert!(begun.elapsed() < Duration::from_secs(60));
}

/// A call that did not run goes to another server at once, and a server that is down is soon left alone.
#[tokio::test]
async fn other_servers_take_over() {
    let (down, up) = (Scripted::failing(refused), Scripted::well());
    let servers = Endpoints::of([down.client(), up.client()]);
    // So long that a single pause would be noticed.
    let policy = Policy::new()
        .pauses(LONG, LONG)
        .budget(Budget::ratio(0.0).per_second(0.0));
    let client = policy.over(servers);
    for _ in 0..200 {
        let call = client.call::<_, bool>("m", ());
        assert!(tokio::time::timeout(LONG, call).await.unwrap().unwrap());
    }
    assert_eq!(up.received(), 200);
    assert!(down.received() < 30, "{}", down.received());
}

/// When all are down, they are still tried, and the first one that is back is found.
#[tokio::test]
async fn servers_come_back() {
    let is_up = Arc::new(AtomicUsize::new(0));
    let flag = Arc::clone(&is_up);
    let server = Scripted::failing(move |message| match flag.load(Ordering::SeqCst) {
        0 => refused(message),
        _ => result(message),
    });
    let client = quick().attempts(1).over(server.client());
    for _ in 0..50 {
        client.call::<_, bool>("m", ()).await.unwrap_err();
    }
    is_up.store(1, Ordering::SeqCst);
    assert!(client.call::<_, bool>("m", ()).await.unwrap());
}

/// The server with fewer calls under way gets the next one.
#[tokio::test]
async fn a_slow_server_gets_fewer_calls() {
    let slow = Scripted::well().after(Duration::from_millis(200));
    let fast = Scripted::well().after(Duration::from_millis(2));
    let client = quick().over(Endpoints::of([slow.client(), fast.client()]));
    let callers = (0..8).map(|_| {
        let client = client.clone();
        async move {
            for _ in 0..40 {
                assert!(client.call::<_, bool>("m", ()).await.unwrap());
            }
        }
    });
    join_all(callers).await;
    assert_eq!(slow.received() + fast.received(), 320);
    assert!(slow.received() * 3 < fast.received(), "{}", slow.received());
}

/// Says nothing any more once it is told so.
#[derive(Clone)]
struct Sticky(Scripted, Arc<AtomicUsize>);

impl Transport for Sticky {
    async fn send(&self, message: TransportRequest) -> Answer {
        let answer = self.0.send(message).await;
        if self.1.load(Ordering::SeqCst) == 1 {
            pending::<()>().await;
        }
        answer
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.0.sleep(duration)
    }
}

/// A call that takes unusually long is made again, elsewhere.
#[tokio::test]
async fn slow_calls_are_hedged() {
    let is_stuck = Arc::new(AtomicUsize::new(0));
    let flag = Arc::clone(&is_stuck);
    let sticky = Scripted::well();
    let steady = Scripted::well();
    let servers = Endpoints::of([
        Client::from_transport(Sticky(sticky.clone(), flag)),
        Client::from_transport(Sticky(steady.clone(), Arc::default())),
    ]);
    let store = StoreClient::new(quick().hedge(0.95).over(servers));
    for _ in 0..64 {
        assert!(store.get().await.unwrap());
    }
    is_stuck.store(1, Ordering::SeqCst);
    for _ in 0..20 {
        let call = tokio::time::timeout(LONG, store.get().timeout(LONG));
        assert!(call.await.expect("a second attempt").unwrap());
    }
    // What must not run twice is never sent twice.
    let before = sticky.received() + steady.received();
    for _ in 0..10 {
        drop(tokio::time::timeout(Duration::from_millis(20), store.put()).await);
    }
    assert_eq!(sticky.received() + steady.received() - before, 10);
}

/// The answer of either attempt counts, also if it says no.
#[tokio::test]
async fn an_error_is_an_answer_to_a_hedged_call() {
    let is_closed = Arc::new(AtomicUsize::new(0));
    let flag = Arc::clone(&is_closed);
    let refusing = Scripted::failing(move |message| match flag.load(Ordering::SeqCst) {
        0 => result(message),
        _ => error(7)(message),
    });
    // Slower than all calls so far, so that each call is sent to both.
    let silent = Arc::new(AtomicUsize::new(0));
    let servers = [
        Client::from_transport(Sticky(refusing.clone(), Arc::default())),
        Client::from_transport(Sticky(Scripted::well(), Arc::clone(&silent))),
    ];
    let store = StoreClient::new(quick().hedge(0.95).over(Endpoints::of(servers)));
    for _ in 0..64 {
        assert!(store.get().await.unwrap());
    }
    is_closed.store(1, Ordering::SeqCst);
    silent.store(1, Ordering::SeqCst);
    for _ in 0..10 {
        let call = tokio::time::timeout(LONG, store.get().timeout(LONG)).await;
        let refused = call.expect("an answer").unwrap_err();
        assert_eq!(refused.method(), Some(&StoreError::No));
    }
}

#[rpc]
trait Feed {
    fn count(&self) -> impl Stream<Item = u64>;
}

struct Counting;

impl Feed for Counting {
    fn count(&self) -> impl Stream<Item = u64> {
        stream::iter(1..=3)
    }
}

/// A server without room for a stream refuses it, and another one opens it.
#[tokio::test]
async fn a_refused_stream_is_opened_elsewhere() {
    let mut servers = Vec::new();
    for streams in [0, 100] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let service = endpoint(FeedServer::new(Counting)).max_streams(streams);
        tokio::spawn(serve(listener, service).into_future());
        servers.push(lean::Client::new(&url).unwrap());
    }
    let feed = FeedClient::new(quick().over(Endpoints::of(servers)));
    for _ in 0..20 {
        let items: Vec<u64> = feed.count().await.unwrap().try_collect().await.unwrap();
        assert_eq!(items, [1, 2, 3]);
    }
}

/// In memory there may be no clock, and the calls are made all the same.
#[tokio::test]
async fn without_a_clock() {
    let servers = [0, 1].map(|_| memory::connect(StoreServer::new(Shelf::default())));
    let store = StoreClient::new(Policy::new().over(Endpoints::of(servers)));
    assert!(store.get().await.unwrap());
}

#[derive(Clone, Default)]
struct Shelf(Arc<AtomicUsize>);

impl Store for Shelf {
    async fn get(&self) -> Result<bool, StoreError> {
        Ok(true)
    }

    async fn put(&self) -> Result<bool, StoreError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(true)
    }
}

/// Three servers over HTTP, one of which is gone without a word amid the calls: all of it is counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_loses_no_more_than_what_it_had() {
    let shelf = Shelf::default();
    let mut servers = Vec::new();
    let mut runtimes = Vec::new();
    for _ in 0..3 {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let service = endpoint(StoreServer::new(shelf.clone()));
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            serve(listener, service).into_future().await
        });
        servers.push(lean::Client::new(format!("http://{address}/")).unwrap());
        runtimes.push(runtime);
    }
    let policy = Policy::new().budget(Budget::unlimited()).attempts(5);
    let store = StoreClient::new(policy.over(Endpoints::of(servers)));
    let done = Arc::new(AtomicUsize::new(0));
    let callers = (0..16).map(|_| tokio::spawn(call_often(store.clone(), Arc::clone(&done))));
    let callers: Vec<_> = callers.collect();
    while done.load(Ordering::SeqCst) < 300 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    runtimes.pop().unwrap().shutdown_background();
    let (mut well, mut unclear) = (0, 0);
    for outcome in join_all(callers).await {
        let (ran, perhaps) = outcome.unwrap();
        (well, unclear) = (well + ran, unclear + perhaps);
    }
    assert_eq!(well + unclear, 16 * 100);
    let ran = shelf.0.load(Ordering::SeqCst);
    assert!(
        (well..=well + unclear).contains(&ran),
        "{ran} {well} {unclear}"
    );
    // No more than was under way.
    assert!(unclear <= 16, "{unclear}");
    for runtime in runtimes {
        runtime.shutdown_background();
    }
}

/// How many calls have run, and how many may have. Idempotent calls all succeed.
async fn call_often(
    store: StoreClient<Resilient<lean::Lean>>,
    done: Arc<AtomicUsize>,
) -> (usize, usize) {
    let (mut well, mut unclear) = (0, 0);
    for _ in 0..100 {
        assert!(store.get().await.unwrap());
        match store.put().await {
            Ok(_) => well += 1,
            Err(error) => {
                assert_eq!(error.execution(), Execution::MaybeRun, "{error}");
                unclear += 1;
            }
        }
        done.fetch_add(1, Ordering::SeqCst);
    }
    (well, unclear)
}

#[test]
fn addresses_are_checked() {
    assert!(lean::Endpoints::new(["http://a/", "nonsense"]).is_err());
    let servers = lean::Endpoints::new(["http://a/", "http://b/"]).unwrap();
    let shown = format!("{:?}", Policy::new().over(servers).transport());
    assert!(
        shown.contains("http://a/") && shown.contains("http://b/"),
        "{shown}"
    );
}
