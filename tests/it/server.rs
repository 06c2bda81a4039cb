//! How a server runs calls: concurrently, answered in order, and cancelled when the caller gives up.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_util::FutureExt;
use rpc_core::params::{InvalidParams, Params};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{Context, Contract, Dispatcher, ErrorObject, Method, Outcome, Server, Service, rpc};
use serde_json::{Value, json};

use crate::log::Log;
use crate::shop::{OrdersServer, Shop};

/// Counts how many calls run now, and the most that ran at once.
#[derive(Default)]
struct Gauge {
    running: AtomicUsize,
    most: AtomicUsize,
    begun: AtomicUsize,
    dropped: AtomicUsize,
}

/// Counts as running until it is dropped.
struct Running(Arc<Gauge>);

impl Running {
    fn begin(gauge: &Arc<Gauge>) -> Self {
        gauge.begun.fetch_add(1, Ordering::Relaxed);
        let running = gauge.running.fetch_add(1, Ordering::Relaxed) + 1;
        gauge.most.fetch_max(running, Ordering::Relaxed);
        Running(Arc::clone(gauge))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
        self.0.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

/// `wait(n)` yields `n` times and returns `n`. `never()` never completes.
fn dispatcher(gauge: &Arc<Gauge>) -> Dispatcher {
    let (waiting, never) = (Arc::clone(gauge), Arc::clone(gauge));
    Dispatcher::new()
        .method("wait", move |rounds: usize| {
            let gauge = Arc::clone(&waiting);
            async move {
                let _running = Running::begin(&gauge);
                for _ in 0..rounds {
                    tokio::task::yield_now().await;
                }
                rounds
            }
        })
        .method("never", move || {
            let gauge = Arc::clone(&never);
            async move {
                let _running = Running::begin(&gauge);
                std::future::pending::<()>().await;
            }
        })
        .method("panic", |late: bool| async move {
            if late {
                tokio::task::yield_now().await;
            }
            panic!("on purpose");
            #[allow(unreachable_code)]
            ()
        })
}

fn call(method: &str, params: Value, id: usize) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params, "id": id})
}

async fn answer<S: Service>(server: &Server<S>, message: Value) -> Value {
    let message = message.to_string();
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    serde_json::from_slice(reply.unwrap().body()).unwrap()
}

#[tokio::test]
async fn a_batch_runs_a_bounded_number_at_a_time_and_answers_in_order() {
    for (limit, most) in [(1, 1), (3, 3), (16, 16), (1000, 60), (0, 1)] {
        let gauge = Arc::new(Gauge::default());
        let server = Server::new(dispatcher(&gauge)).batch_concurrency(limit);
        // Later entries tend to finish sooner.
        let rounds = |index: usize| 1 + (60 - index) % 17;
        let batch = (0..60).map(|index| call("wait", json!([rounds(index)]), index));
        let answers = answer(&server, batch.collect()).await;
        let expected: Value = (0..60)
            .map(|index| json!({"jsonrpc": "2.0", "result": rounds(index), "id": index}))
            .collect();
        assert_eq!(answers, expected);
        assert_eq!(gauge.most.load(Ordering::Relaxed), most, "limit {limit}");
        assert_eq!(gauge.begun.load(Ordering::Relaxed), 60);
    }
}

#[tokio::test]
async fn one_slow_entry_does_not_hold_up_the_others() {
    let gauge = Arc::new(Gauge::default());
    let server = Server::new(dispatcher(&gauge));
    let mut batch = vec![call("never", json!([]), 0)];
    batch.extend((1..100).map(|index| call("wait", json!([index % 3]), index)));
    let message = Value::from(batch).to_string();
    let mut handling = Box::pin(server.handle(message.as_bytes(), Default::default()));
    for _ in 0..200 {
        assert!(poll_once(&mut handling).await.is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(gauge.begun.load(Ordering::Relaxed), 100);
    assert_eq!(gauge.running.load(Ordering::Relaxed), 1);
}

/// Polls with the task's own waker.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::future::poll_fn(|task| Poll::Ready(future.poll_unpin(task))).await
}

#[tokio::test]
async fn giving_up_a_message_drops_its_calls() {
    let gauge = Arc::new(Gauge::default());
    let server = Server::new(dispatcher(&gauge));
    let single = call("never", json!([]), 1);
    let batch: Value = (0..20)
        .map(|index| call("never", json!([]), index))
        .collect();
    for (message, begun) in [(single, 1), (batch, 16)] {
        let message = message.to_string();
        let mut handling = Box::pin(server.handle(message.as_bytes(), Default::default()));
        assert!(poll_once(&mut handling).await.is_pending());
        assert_eq!(gauge.running.load(Ordering::Relaxed), begun);
        drop(handling);
        assert_eq!(gauge.running.load(Ordering::Relaxed), 0);
        assert_eq!(gauge.begun.swap(0, Ordering::Relaxed), begun);
    }
}

#[tokio::test]
async fn dropping_a_clients_call_drops_the_method() {
    let gauge = Arc::new(Gauge::default());
    let client = rpc_core::memory::connect(dispatcher(&gauge));
    let mut call = client.call::<_, ()>("never", ());
    assert!(poll_once(&mut call).await.is_pending());
    assert_eq!(gauge.running.load(Ordering::Relaxed), 1);
    drop(call);
    assert_eq!(gauge.dropped.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_panic_affects_only_its_caller() {
    let log = Log::capture();
    let gauge = Arc::new(Gauge::default());
    let server = Server::new(dispatcher(&gauge));
    let failed = |id: usize| json!({"jsonrpc": "2.0", "error": {"code": -32603, "message": "Internal error"}, "id": id});
    for late in [false, true] {
        assert_eq!(
            answer(&server, call("panic", json!([late]), 1)).await,
            failed(1)
        );
        assert_eq!(
            log.errors(),
            ["the method panicked method=\"panic\" id=\"1\" detail=\"on purpose\""]
        );
    }
    let batch = json!([
        call("panic", json!([false]), 1),
        call("wait", json!([1]), 2),
        call("panic", json!([true]), 3),
        {"jsonrpc": "2.0", "method": "panic", "params": [true]},
        call("wait", json!([0]), 4),
    ]);
    let expected = json!([
        failed(1),
        {"jsonrpc": "2.0", "result": 1, "id": 2},
        failed(3),
        {"jsonrpc": "2.0", "result": 0, "id": 4},
    ]);
    assert_eq!(answer(&server, batch).await, expected);
    assert_eq!(log.errors().len(), 3);
}

#[tokio::test]
async fn notifications_in_a_batch_run_and_are_not_answered() {
    let gauge = Arc::new(Gauge::default());
    let server = Server::new(dispatcher(&gauge));
    let mut notification = call("wait", json!([2]), 0);
    notification.as_object_mut().unwrap().remove("id");
    let batch = json!([notification, call("wait", json!([1]), 1), notification]);
    let expected = json!([{"jsonrpc": "2.0", "result": 1, "id": 1}]);
    assert_eq!(answer(&server, batch).await, expected);
    assert_eq!(gauge.dropped.load(Ordering::Relaxed), 3);

    let silent = json!([notification, notification]).to_string();
    assert!(
        server
            .handle(silent.as_bytes(), Default::default())
            .await
            .is_none()
    );
    assert_eq!(gauge.dropped.load(Ordering::Relaxed), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_serves_many_tasks() {
    let gauge = Arc::new(Gauge::default());
    let server = Server::new(dispatcher(&gauge));
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let server = server.clone();
            tokio::spawn(async move { answer(&server, call("wait", json!([n]), n)).await })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap()["result"], n);
    }
}

#[test]
fn handling_is_send_for_every_service() {
    fn check<S: Service>(server: &Server<S>) -> impl Send {
        server.handle(b"", Default::default())
    }

    drop(check(&Server::new(Dispatcher::new())));
    drop(check(&Server::new(Arc::new(OrdersServer::new(Shop)))));
}

#[tokio::test]
async fn replies_know_their_code() {
    let server = Server::new(OrdersServer::new(Shop));
    let place = |params: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"orders.place","params":{params},"id":1}}"#)
    };
    let two = format!("[{},{}]", place("[]"), place("[]"));
    for (message, code) in [
        (place(r#"["tea",2]"#), None),
        (place(r#"["tea",900]"#), Some(1001)),
        (place("[]"), Some(-32602)),
        (place("[]").replace("place", "x"), Some(-32601)),
        ("{}".to_owned(), Some(-32600)),
        ("{".to_owned(), Some(-32700)),
        ("[]".to_owned(), Some(-32600)),
        // A batch has many answers, so there is no single code.
        (two, None),
    ] {
        let reply = server.handle(message.as_bytes(), Default::default()).await;
        let reply = reply.unwrap();
        assert_eq!(reply.error_code(), code, "{message}");
    }
}

#[tokio::test]
async fn explain_says_what_is_wrong_with_a_message() {
    let quiet = Server::new(Dispatcher::new());
    let explaining = Server::new(Dispatcher::new()).explain(true);
    for (message, reason) in [
        (r#"{"method":"m","id":1}"#, "`jsonrpc` is missing"),
        (r#"{"jsonrpc":"2.0","id":1}"#, "`method` is missing"),
        ("7", "not an object"),
        ("[]", "the batch is empty"),
        (r#"{"id":1,}"#, "key must be a string at line 1 column 9"),
        ("", "EOF while parsing a value at line 1 column 0"),
    ] {
        let error = |reply: Option<rpc_core::transport::Reply>| {
            let body: serde_json::Value = serde_json::from_slice(reply.unwrap().body()).unwrap();
            body["error"].clone()
        };
        let said = explaining
            .handle(message.as_bytes(), Default::default())
            .await;
        assert_eq!(error(said)["data"], reason, "{message}");
        let unsaid = quiet.handle(message.as_bytes(), Default::default()).await;
        assert_eq!(error(unsaid).get("data"), None, "{message}");
    }
}

#[tokio::test]
async fn disclose_sends_the_detail_of_internal_errors() {
    fn oh_no() {
        panic!("oh {}", "no")
    }

    let service = || {
        Dispatcher::new()
            .method("internal", || async {
                Err::<(), _>(rpc_core::Internal::new("the disk is full"))
            })
            .method("object", || async {
                Err::<(), _>(ErrorObject::internal("no such file").with_data("sent anyway"))
            })
            .method("panic", || async { oh_no() })
            .method("declared", || async {
                Err::<(), _>(ErrorObject::new(1, "no"))
            })
    };
    let _log = Log::capture();
    let closed = Server::new(service());
    let open = Server::new(service()).disclose(true);
    for (method, disclosed, undisclosed) in [
        ("internal", json!("the disk is full"), Value::Null),
        ("object", json!("sent anyway"), json!("sent anyway")),
        ("panic", json!("the method panicked: oh no"), Value::Null),
        ("declared", Value::Null, Value::Null),
    ] {
        let call = json!({ "jsonrpc": "2.0", "method": method, "id": 1 });
        for message in [call.to_string(), json!([call]).to_string()] {
            for (server, data) in [(&open, &disclosed), (&closed, &undisclosed)] {
                let reply = server.handle(message.as_bytes(), Default::default()).await;
                let reply: Value = serde_json::from_slice(reply.unwrap().body()).unwrap();
                let response = reply.get(0).unwrap_or(&reply);
                let said = response["error"].get("data").unwrap_or(&Value::Null);
                assert_eq!(said, data, "{message}");
            }
        }
    }
}

#[tokio::test]
async fn a_panic_in_a_lookup_affects_only_its_caller() {
    struct Fragile;

    static FINE: Method = Method::new("fine", "");

    impl Service for Fragile {
        type Args<'de> = ();

        fn contracts(&self) -> Vec<Contract> {
            vec![Contract::new("Shelf", "", std::slice::from_ref(&FINE))]
        }

        fn find(&self, name: &str) -> Option<ResolvedMethod> {
            if name == "broken" {
                panic!("the shelf fell");
            }
            (name == "fine").then(|| ResolvedMethod::new(&FINE, 0))
        }

        fn decode<'de>(&self, _: &ResolvedMethod, _: Params<'_, 'de>) -> Result<(), InvalidParams> {
            Ok(())
        }

        async fn call(&self, (): Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
            responder.value(7)
        }
    }

    let log = Log::capture();
    let failed = |id: usize| json!({"jsonrpc": "2.0", "error": {"code": -32603, "message": "Internal error"}, "id": id});
    let server = Server::new(Fragile);
    assert_eq!(
        answer(&server, call("broken", json!([1]), 1)).await,
        failed(1)
    );
    assert_eq!(
        log.errors(),
        ["looking up the method panicked method=\"broken\" id=\"1\" detail=\"the shelf fell\""]
    );
    let batch = json!([
        call("fine", json!([]), 1),
        {"id": 2, "params": [1], "jsonrpc": "2.0", "method": "broken"},
        {"jsonrpc": "2.0", "method": "broken"},
        call("fine", json!([]), 3),
    ]);
    let expected = json!([
        {"jsonrpc": "2.0", "result": 7, "id": 1},
        failed(2),
        {"jsonrpc": "2.0", "result": 7, "id": 3},
    ]);
    assert_eq!(answer(&server, batch).await, expected);
}

#[test]
fn checking_params_reveals_no_secrets() {
    #[rpc]
    trait Door {
        async fn open(&self, floor: u8, #[rpc(secret)] pin: u32);
    }

    struct Shut;

    impl Door for Shut {
        async fn open(&self, _: u8, _: u32) {}
    }

    let server = Server::new(DoorServer::new(Shut));
    let open = server.service().find("open").unwrap();
    let wrong = |params| server.check(&open, Some(params)).unwrap_err();
    let secret = wrong(r#"[1,"s3cret"]"#);
    assert_eq!(secret.to_string(), "parameter `pin` has the wrong type");
    assert_eq!(secret.parameter(), Some("pin"));
    let other = wrong(r#"["first",1]"#);
    assert!(other.to_string().contains("first"), "{other}");
    assert_eq!(other.parameter(), Some("floor"));
    assert_eq!(server.check(&open, Some("[1,2]")), Ok(()));
}
