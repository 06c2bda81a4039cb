//! Code around every call.

use std::sync::{Arc, Mutex};

use rpc_core::{Context, Dispatcher, ErrorObject, Middleware, Next, Outcome, Server, Service, rpc};

use crate::shop::*;

type Notes = Arc<Mutex<Vec<String>>>;

/// Records what it sees before and after each call.
#[derive(Clone)]
struct Note {
    name: &'static str,
    notes: Notes,
}

impl Note {
    fn new(name: &'static str, notes: &Notes) -> Self {
        let notes = Arc::clone(notes);
        Note { name, notes }
    }

    fn note(&self, text: String) {
        self.notes
            .lock()
            .unwrap()
            .push(format!("{} {text}", self.name));
    }
}

impl Middleware for Note {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        let id = cx.id().map_or("none".to_owned(), ToString::to_string);
        self.note(format!("{} id={id}", cx.method_name()));
        let outcome = next.run().await;
        let text = match (outcome.result(), outcome.error()) {
            (Some(result), None) => format!("ok {result}"),
            (None, Some(error)) => format!("error {}", error.code()),
            (None, None) => "silent".to_owned(),
            _ => unreachable!(),
        };
        assert_eq!(outcome.is_ok(), outcome.error().is_none());
        self.note(text);
        outcome
    }
}

async fn answer(service: impl Service, message: &str) -> String {
    let server = Server::new(service);
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    reply.map_or(String::new(), |reply| {
        String::from_utf8(reply.into_body()).unwrap()
    })
}

const PLACE: &str = r#"{"jsonrpc":"2.0","method":"orders.place","params":["tea",2],"id":1}"#;
const PLACED: &str = r#"{"jsonrpc":"2.0","result":5,"id":1}"#;

#[tokio::test]
async fn the_last_one_added_is_the_outermost() {
    let notes = Notes::default();
    let service = OrdersServer::new(Shop)
        .middleware(Note::new("inner", &notes))
        .middleware(Note::new("outer", &notes));
    assert_eq!(answer(service, PLACE).await, PLACED);
    assert_eq!(
        *notes.lock().unwrap(),
        [
            "outer orders.place id=1",
            "inner orders.place id=1",
            "inner ok 5",
            "outer ok 5",
        ]
    );
}

struct Closed;

impl Middleware for Closed {
    async fn call(&self, _: &Context, _: Next<'_>) -> Outcome {
        OrderError::SoldOut { left: 0 }.into()
    }
}

#[tokio::test]
async fn middleware_answers_with_an_error_of_the_contract() {
    let service = OrdersServer::new(Shop).middleware(Closed);
    assert_eq!(
        answer(service, PLACE).await,
        r#"{"jsonrpc":"2.0","error":{"code":1001,"message":"only 0 left","data":{"left":0}},"id":1}"#
    );
}

/// What a `Note` around a service records for one message.
async fn noted(wrap: impl FnOnce(Note) -> Box<dyn Answer>, message: &str) -> (String, Vec<String>) {
    let notes = Notes::default();
    let reply = wrap(Note::new("it", &notes))
        .answer(message.to_owned())
        .await;
    let notes = notes.lock().unwrap().clone();
    (reply, notes)
}

/// A service with its type erased.
trait Answer {
    fn answer(self: Box<Self>, message: String) -> std::pin::Pin<Box<dyn Future<Output = String>>>;
}

impl<S: Service> Answer for S {
    fn answer(self: Box<Self>, message: String) -> std::pin::Pin<Box<dyn Future<Output = String>>> {
        Box::pin(async move { answer(*self, &message).await })
    }
}

type Wrap = fn(Note) -> Box<dyn Answer>;

/// `Note` around a service, around a dispatcher, inside one, inside two, and inside other middleware.
const PLACES: [Wrap; 5] = [
    |note| Box::new(OrdersServer::new(Shop).middleware(note)),
    |note| {
        Box::new(
            Dispatcher::new()
                .service(OrdersServer::new(Shop))
                .middleware(note),
        )
    },
    |note| Box::new(Dispatcher::new().service(OrdersServer::new(Shop).middleware(note))),
    |note| {
        let inner = Dispatcher::new().service(OrdersServer::new(Shop).middleware(note));
        Box::new(Arc::new(Dispatcher::new().service(Arc::new(inner))))
    },
    |note| {
        let inner = OrdersServer::new(Shop).middleware(note);
        Box::new(
            Dispatcher::new()
                .service(inner.middleware(Pass))
                .middleware(Pass),
        )
    },
];

struct Pass;

impl Middleware for Pass {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        next.run().await
    }
}

#[tokio::test]
async fn it_sees_results_and_errors_and_refusals() {
    let call = |method: &str, params: &str, id: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}{id}}}"#)
    };
    for wrap in PLACES {
        for (message, notes) in [
            (
                call("orders.place", r#"["tea",2]"#, r#","id":1"#),
                ["it orders.place id=1", "it ok 5"],
            ),
            (
                call("orders.place", r#"["tea",900]"#, r#","id":"a""#),
                ["it orders.place id=\"a\"", "it error 1001"],
            ),
            (
                call("orders.place", r#"["tea"]"#, r#","id":1"#),
                ["it orders.place id=1", "it error -32602"],
            ),
            (
                call("orders.all", r#"[]"#, r#","id":1"#),
                ["it orders.list id=1", "it error -32602"],
            ),
            (
                call("orders.place", r#"["tea",2]"#, ""),
                ["it orders.place id=none", "it silent"],
            ),
            (
                call("orders.place", r#"["tea"]"#, ""),
                ["it orders.place id=none", "it error -32602"],
            ),
        ] {
            let (reply, seen) = noted(wrap, &message).await;
            assert_eq!(seen, notes, "{message}");
            assert_eq!(reply.is_empty(), !message.contains(r#""id":"#), "{reply}");
        }
    }
}

#[tokio::test]
async fn around_everything_it_sees_methods_that_do_not_exist() {
    let message = r#"{"jsonrpc":"2.0","method":"no such","id":1}"#;
    for wrap in &PLACES[..2] {
        let (_, seen) = noted(wrap, message).await;
        assert_eq!(seen, ["it no such id=1", "it error -32601"]);
    }
    // A malformed request has no method, so middleware does not see it.
    for message in ["{", "[]", "{}", r#"{"jsonrpc":"2.0","method":7,"id":1}"#] {
        assert!(noted(PLACES[0], message).await.1.is_empty(), "{message}");
    }
}

#[tokio::test]
async fn each_entry_of_a_batch_passes_separately() {
    let message = r#"[{"jsonrpc":"2.0","method":"orders.place","params":["tea",2],"id":1}, 7,
        {"jsonrpc":"2.0","method":"no such","id":2},
        {"jsonrpc":"2.0","method":"orders.seen","params":["p"]}]"#;
    let (_, seen) = noted(PLACES[0], message).await;
    assert_eq!(
        seen,
        [
            "it orders.place id=1",
            "it ok 5",
            "it no such id=2",
            "it error -32601",
            "it orders.seen id=none",
            "it silent",
        ]
    );
}

/// Stops calls before they run.
struct Stop;

impl Middleware for Stop {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        match cx.header("x-key") {
            Some(_) => next.run().await,
            None => ErrorObject::new(1002, "not signed in").into(),
        }
    }
}

#[tokio::test]
async fn it_may_stop_a_call() {
    let notes = Notes::default();
    let service = OrdersServer::new(Shop)
        .middleware(Note::new("inner", &notes))
        .middleware(Stop);
    let stopped = r#"{"jsonrpc":"2.0","error":{"code":1002,"message":"not signed in"},"id":1}"#;
    let server = Server::new(service);
    let call = async |message: &str, key: Option<&'static str>| {
        let key = key.map(|key| {
            let name = http::HeaderName::from_static("x-key");
            (name, http::HeaderValue::from_static(key))
        });
        let origin =
            rpc_core::RequestMetadata::new(key.into_iter().collect(), http::Extensions::new());
        let reply = server.handle(message.as_bytes(), origin).await;
        String::from_utf8(reply.unwrap().into_body()).unwrap()
    };
    assert_eq!(call(PLACE, None).await, stopped);
    // A caller who is not signed in learns neither what is wrong with the params nor which methods exist.
    assert_eq!(call(&PLACE.replace(",2", ""), None).await, stopped);
    assert_eq!(call(&PLACE.replace("place", "x"), None).await, stopped);
    assert!(notes.lock().unwrap().is_empty());
    assert_eq!(call(PLACE, Some("k")).await, PLACED);
    assert_eq!(notes.lock().unwrap().len(), 2);
}

/// Replaces the outcome.
struct Replace;

impl Middleware for Replace {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        let outcome = next.run().await;
        match outcome.error().map(ErrorObject::code) {
            Some(-32601) => Outcome::value("no such method, but never mind"),
            Some(_) => outcome,
            None => ErrorObject::new(7, "never")
                .with_data(&outcome.result())
                .into(),
        }
    }
}

#[tokio::test]
async fn it_may_replace_the_outcome() {
    let service = || OrdersServer::new(Shop).middleware(Replace);
    assert_eq!(
        answer(service(), PLACE).await,
        r#"{"jsonrpc":"2.0","error":{"code":7,"message":"never","data":"5"},"id":1}"#
    );
    assert_eq!(
        answer(service(), &PLACE.replace("place", "x")).await,
        r#"{"jsonrpc":"2.0","result":"no such method, but never mind","id":1}"#
    );
    assert_eq!(
        answer(service(), &PLACE.replace(r#","id":1"#, "")).await,
        ""
    );
    let batch = format!("[{PLACE},{},{PLACE}]", PLACE.replace(r#","id":1"#, ""));
    let replaced = answer(service(), PLACE).await;
    assert_eq!(
        answer(service(), &batch).await,
        format!("[{replaced},{replaced}]")
    );
}

#[derive(Clone, Debug, PartialEq)]
struct User(String);

/// Records who is calling.
struct Identify(&'static str);

impl Middleware for Identify {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        cx.insert(User(format!("{} on {}", self.0, cx.method_name())));
        next.run().await
    }
}

#[rpc]
trait Who {
    async fn who(&self, #[rpc(context)] cx: &Context) -> Option<String>;
    #[rpc(blocking)]
    fn who_blocking(&self, #[rpc(context)] cx: &Context) -> Option<String>;
}

struct Asker;

impl Who for Asker {
    async fn who(&self, cx: &Context) -> Option<String> {
        cx.get::<User>().map(|user| user.0.clone())
    }

    fn who_blocking(&self, cx: &Context) -> Option<String> {
        cx.get::<User>().map(|user| user.0.clone())
    }
}

#[tokio::test]
async fn values_it_inserts_reach_the_method_and_no_other_call() {
    let who = |method: &str| format!(r#"{{"jsonrpc":"2.0","method":"{method}","id":1}}"#);
    let result = |text: &str| format!(r#"{{"jsonrpc":"2.0","result":{text},"id":1}}"#);
    assert_eq!(
        answer(WhoServer::new(Asker), &who("who")).await,
        result("null")
    );
    let service = || {
        let inner = WhoServer::new(Asker).middleware(Identify("ann"));
        Dispatcher::new()
            .service(inner)
            .method("function", |cx: Context| async move {
                cx.get::<User>().map(|user| user.0.clone())
            })
            .middleware(Identify("bob"))
    };
    for (method, expected) in [
        ("who", r#""ann on who""#),
        ("who_blocking", r#""ann on who_blocking""#),
        ("function", r#""bob on function""#),
    ] {
        assert_eq!(answer(service(), &who(method)).await, result(expected));
    }
    let batch = format!("[{},{}]", who("function"), who("who"));
    assert_eq!(
        answer(service(), &batch).await,
        format!(
            "[{},{}]",
            result(r#""bob on function""#),
            result(r#""ann on who""#)
        )
    );
}

/// Panics before or after the call.
struct Panic {
    before: bool,
}

impl Middleware for Panic {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        assert!(!self.before, "before the call");
        drop(next.run().await);
        panic!("after the call");
    }
}

#[tokio::test]
async fn a_panic_in_middleware_is_an_internal_error() {
    let failed = r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}"#;
    for before in [true, false] {
        let service = || OrdersServer::new(Shop).middleware(Panic { before });
        for method in ["place", "no such"] {
            let message = PLACE.replace("place", method);
            assert_eq!(answer(service(), &message).await, failed);
            let inside = Dispatcher::new().service(service());
            if method == "place" {
                assert_eq!(answer(inside, &message).await, failed);
            }
        }
        let invalid = PLACE.replace(",2", "");
        assert_eq!(
            answer(Dispatcher::new().service(service()), &invalid).await,
            failed
        );
    }
}
