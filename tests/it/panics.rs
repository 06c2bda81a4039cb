//! A panic costs its caller error -32603 and nobody else anything, whatever panics, and whatever its payload does.

use std::future::Future;
use std::panic::panic_any;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll};

use futures_util::FutureExt;
use rpc_core::params::{InvalidParams, Params};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{
    Context, Contract, Dispatcher, Method, Middleware, Next, Outcome, RequestMetadata, Server,
    Service, function, rpc,
};
use rpc_tokio::Tokio;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::log::Log;

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        // A second panic while the first unwinds would end the process, whoever catches.
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

impl<'de> Deserialize<'de> for Bomb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(|_| Bomb)
    }
}

impl Serialize for Bomb {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(1)
    }
}

/// A payload whose drop panics with another such payload, so many times.
struct Payload(u32);

impl Drop for Payload {
    fn drop(&mut self) {
        if self.0 > 0 && !std::thread::panicking() {
            panic_any(Payload(self.0 - 1));
        }
    }
}

/// Decoding one panics.
struct Undecodable;

impl<'de> Deserialize<'de> for Undecodable {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic_any(Payload(1))
    }
}

/// Serialising one panics.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic_any(Payload(1))
    }
}

#[rpc]
trait Blocks {
    #[rpc(blocking)]
    fn payload(&self) -> u32;
    #[rpc(blocking)]
    fn argument(&self, bomb: Bomb) -> u32;
    #[rpc(blocking)]
    fn result(&self) -> Bomb;
}

struct Blocking;

impl Blocks for Blocking {
    fn payload(&self) -> u32 {
        panic_any(Payload(2))
    }

    fn argument(&self, _: Bomb) -> u32 {
        1
    }

    fn result(&self) -> Bomb {
        Bomb
    }
}

fn dispatcher() -> Dispatcher {
    Dispatcher::new()
        .method("payload", || async {
            panic_any::<Payload>(Payload(1)) as u32
        })
        .method("late", || async {
            tokio::task::yield_now().await;
            panic_any::<Payload>(Payload(1)) as u32
        })
        .method("nested", || async {
            panic_any::<Payload>(Payload(100)) as u32
        })
        .method("argument", |bomb: Bomb| async move {
            drop(bomb);
            1
        })
        .method("result", || async { Bomb })
        .method("local", || async {
            let _bomb = Bomb;
            1
        })
        .method("undecodable", |_: Undecodable| async { 1 })
        .method("unwritable", || async { Unwritable })
        .method("value", |cx: Context| async move {
            cx.insert(Bomb);
            1
        })
        .method("fine", || async { 1 })
        .nest("blocking.", BlocksServer::new(Blocking))
}

async fn answer(server: &Server<impl Service>, message: &str) -> String {
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    String::from_utf8(reply.expect("a reply").into_body()).unwrap()
}

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#)
}

const FAILED: &str =
    r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}"#;
const FINE: &str = r#"{"jsonrpc":"2.0","result":1,"id":1}"#;

const CASES: &[(&str, &str)] = &[
    ("payload", "[]"),
    ("late", "[]"),
    ("nested", "[]"),
    ("argument", "[1]"),
    ("result", "[]"),
    ("local", "[]"),
    ("undecodable", "[1]"),
    ("unwritable", "[]"),
    ("blocking.payload", "[]"),
    ("blocking.argument", "[1]"),
    ("blocking.result", "[]"),
];

#[tokio::test]
async fn a_payload_or_a_value_whose_drop_panics_costs_an_internal_error() {
    for server in [
        Server::new(dispatcher()),
        Server::new(dispatcher()).runtime(Tokio),
    ] {
        for (method, params) in CASES {
            let message = call(method, params);
            assert_eq!(answer(&server, &message).await, FAILED, "{method}");
            let batch = format!("[{},{message},{}]", call("fine", "[]"), call("fine", "[]"));
            let expected = format!("[{FINE},{FAILED},{FINE}]");
            assert_eq!(answer(&server, &batch).await, expected, "{method}");
        }
    }
}

#[tokio::test]
async fn the_log_has_one_line_for_each() {
    let log = Log::capture();
    let server = Server::new(dispatcher());
    answer(&server, &call("nested", "[]")).await;
    let errors = log.errors();
    assert_eq!(
        errors,
        ["the method panicked method=\"nested\" id=\"1\" detail=\"no message\""]
    );
}

/// Args that were decoded for nothing are dropped without harm.
#[tokio::test]
async fn values_of_an_invalid_message_may_panic_when_dropped() {
    let server = Server::new(dispatcher());
    let argument = call("argument", "[1]");
    let parse_error =
        r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#;
    for message in [
        format!("{argument} x"),
        format!("[{argument},{argument}"),
        r#"{"jsonrpc":"2.0","method":"argument","params":[1],"id":1"#.to_owned(),
    ] {
        assert_eq!(answer(&server, &message).await, parse_error, "{message}");
    }
    let invalid = r#"{"jsonrpc":"2.0","method":"argument","params":[1],"id":1,"params":[2]}"#;
    let reply = answer(&server, invalid).await;
    assert!(reply.contains("-32600"), "{reply}");
    let surplus = answer(&server, &call("argument", "[1,2]")).await;
    assert!(surplus.contains("-32602") || surplus == FAILED, "{surplus}");
}

/// What a call's context carries is dropped after the reply has been made.
#[tokio::test]
async fn values_of_a_context_may_panic_when_dropped() {
    let server = Server::new(dispatcher());
    assert_eq!(answer(&server, &call("value", "[]")).await, FINE);
    let batch = format!("[{0},{0}]", call("value", "[]"));
    assert_eq!(answer(&server, &batch).await, format!("[{FINE},{FINE}]"));

    let holding = || {
        let nothing = (Default::default(), Default::default());
        RequestMetadata::holding(nothing.0, nothing.1, Bomb)
    };
    for method in ["fine", "blocking.argument"] {
        for server in [
            Server::new(dispatcher()),
            Server::new(dispatcher()).runtime(Tokio),
        ] {
            let message = call(method, if method == "fine" { "[]" } else { "[1]" });
            let reply = server.handle(message.as_bytes(), holding()).await;
            assert!(reply.is_some(), "{method}");
        }
    }
}

#[tokio::test]
async fn giving_up_a_batch_drops_every_call() {
    let waits = Dispatcher::new().method("wait", || async {
        let _bomb = Bomb;
        std::future::pending::<u32>().await
    });
    let server = Server::new(waits);
    let batch = format!("[{0},{0},{0}]", call("wait", "[]"));
    let mut running = Box::pin(answer(&server, &batch));
    assert!(running.as_mut().now_or_never().is_none());
    drop(running);
}

/// A service that is written by hand, and whose future panics when it is made or dropped.
struct ByHand(&'static str);

struct DropsBadly;

impl Future for DropsBadly {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<Outcome> {
        Poll::Ready(Outcome::value(1))
    }
}

impl Drop for DropsBadly {
    fn drop(&mut self) {
        panic_any(Payload(1));
    }
}

static METHOD: Method = Method::new("any", "");

impl Service for ByHand {
    type Args<'de> = ();

    fn contracts(&self) -> Vec<Contract> {
        vec![Contract::new("ByHand", "", std::slice::from_ref(&METHOD))]
    }

    fn find(&self, _: &str) -> Option<ResolvedMethod> {
        if self.0 == "find" {
            panic_any(Payload(1));
        }
        Some(ResolvedMethod::new(&METHOD, 0))
    }

    fn decode<'de>(&self, _: &ResolvedMethod, _: Params<'_, 'de>) -> Result<(), InvalidParams> {
        if self.0 == "decode" {
            panic_any(Payload(1));
        }
        Ok(())
    }

    fn call(
        &self,
        (): Self::Args<'_>,
        _: &Context,
        _: Responder,
    ) -> impl Future<Output = Outcome> + Send {
        if self.0 == "call" {
            panic_any(Payload(1));
        }
        DropsBadly
    }
}

#[tokio::test]
async fn services_written_by_hand_may_panic_anywhere() {
    for place in ["find", "decode", "call", "drop"] {
        let server = Server::new(ByHand(place));
        assert_eq!(answer(&server, &call("any", "[]")).await, FAILED, "{place}");
        let _checked = server.find("any").map(|method| {
            let method = method.expect("it finds everything");
            server.check(&method, Some("[]")).is_ok()
        });
        let _secrets = server.secret_params("any");
        let noted = Counts::default();
        let server = Server::new(ByHand(place).middleware(noted.clone()));
        assert_eq!(answer(&server, &call("any", "[]")).await, FAILED, "{place}");
        assert_eq!(noted.take(), ["begun", "error -32603"], "{place}");
    }
}

/// Counts what begins and how it ends.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<Vec<String>>>);

impl Counts {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Middleware for Counts {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        self.0.lock().unwrap().push("begun".to_owned());
        let outcome = next.run().await;
        let end = match outcome.error() {
            Some(error) => format!("error {}", error.code()),
            None => "ok".to_owned(),
        };
        self.0.lock().unwrap().push(end);
        outcome
    }
}

/// Panics around a call.
struct Panics {
    before: bool,
}

impl Middleware for Panics {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        if self.before {
            panic!("before");
        }
        let _outcome = next.run().await;
        panic!("after")
    }
}

#[rpc]
trait Fails {
    async fn at_once(&self) -> u32;
    async fn late(&self) -> u32;
    #[rpc(blocking)]
    fn blocking(&self) -> u32;
}

struct Failing;

impl Fails for Failing {
    async fn at_once(&self) -> u32 {
        panic!("at once")
    }

    async fn late(&self) -> u32 {
        tokio::task::yield_now().await;
        panic!("late")
    }

    fn blocking(&self) -> u32 {
        panic!("blocking")
    }
}

#[tokio::test]
async fn middleware_sees_a_panic_as_an_outcome() {
    let log = Log::capture();
    for method in ["at_once", "late", "blocking"] {
        let message = call(method, "[]");
        let batch = format!("[{message},{message}]");
        let seen = |noted: &Counts, times: usize| {
            let mut noted = noted.take();
            noted.sort_unstable();
            let mut expected = vec!["begun"; times];
            expected.extend(vec!["error -32603"; times]);
            assert_eq!(noted, expected, "{method}");
            // One panic, one line.
            assert_eq!(log.errors().len(), times.min(2), "{method}");
        };
        let noted = Counts::default();
        let service = FailsServer::new(Failing).middleware(noted.clone());
        let server = Server::new(service);
        assert_eq!(answer(&server, &message).await, FAILED);
        seen(&noted, 1);
        assert_eq!(
            answer(&server, &batch).await,
            format!("[{FAILED},{FAILED}]")
        );
        seen(&noted, 2);

        let inside = Dispatcher::new().service(FailsServer::new(Failing).middleware(noted.clone()));
        assert_eq!(answer(&Server::new(inside), &message).await, FAILED);
        seen(&noted, 1);

        let outside = Dispatcher::new().service(FailsServer::new(Failing));
        let outside = outside.middleware(noted.clone());
        assert_eq!(answer(&Server::new(outside), &message).await, FAILED);
        seen(&noted, 1);
    }
}

#[tokio::test]
async fn outer_middleware_sees_the_panic_of_inner_middleware() {
    let _log = Log::capture();
    for before in [true, false] {
        let (inner, outer) = (Counts::default(), Counts::default());
        let service = dispatcher()
            .middleware(inner.clone())
            .middleware(Panics { before })
            .middleware(outer.clone());
        let server = Server::new(service);
        // Calls that don't reach a method are seen alike.
        for method in ["fine", "unknown", "rpc.methods"] {
            assert_eq!(answer(&server, &call(method, "[]")).await, FAILED);
            assert_eq!(outer.take(), ["begun", "error -32603"], "{method}");
            assert_eq!(inner.take().is_empty(), before, "{method}");
        }
    }
}

#[tokio::test]
async fn functions_that_answer_later_are_seen_alike() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let noted = Counts::default();
    let service = Dispatcher::new()
        .method(
            "described",
            function(|| async {
                RUNS.fetch_add(1, Ordering::Relaxed);
                panic_any::<Payload>(Payload(1)) as u32
            }),
        )
        .fallback(|_, _| async { panic_any::<Payload>(Payload(1)) })
        .middleware(noted.clone());
    let server = Server::new(service);
    for method in ["described", "anything"] {
        assert_eq!(answer(&server, &call(method, "[]")).await, FAILED);
        assert_eq!(noted.take(), ["begun", "error -32603"], "{method}");
    }
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}
