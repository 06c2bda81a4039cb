//! How long replies may be: the reply to one call, and the reply to a batch.

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use allocation_counter::measure;
use futures_util::FutureExt;
use rpc_core::{
    CallError, Context, Dispatcher, ErrorObject, Internal, Limits, Middleware, Next, Outcome,
    RpcError, Server, Service, code, memory, rpc,
};
use rpc_tokio::Tokio;
use serde_json::Value;
use serde_json::value::RawValue;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

#[derive(Debug, thiserror::Error, RpcError)]
enum Refused {
    #[error("{text}")]
    #[rpc(code = 1001)]
    Long { text: String },
}

#[rpc]
trait Texts {
    #[rpc(idempotent)]
    async fn text(&self, length: usize) -> String;
    async fn list(&self, length: usize) -> Vec<u8>;
    async fn late(&self, length: usize) -> String;
    #[rpc(blocking)]
    fn slow(&self, length: usize) -> String;
    async fn fail(&self, length: usize) -> Result<(), Refused>;
    async fn object(&self, message: usize, data: usize) -> Result<(), ErrorObject>;
    async fn internal(&self, length: usize) -> Result<(), Internal>;
}

#[derive(Default)]
struct Writer {
    runs: AtomicUsize,
}

impl Writer {
    fn write(&self, length: usize) -> String {
        self.runs.fetch_add(1, Ordering::Relaxed);
        "x".repeat(length)
    }
}

impl Texts for Writer {
    async fn text(&self, length: usize) -> String {
        self.write(length)
    }

    async fn list(&self, length: usize) -> Vec<u8> {
        vec![100; length]
    }

    async fn late(&self, length: usize) -> String {
        tokio::task::yield_now().await;
        self.write(length)
    }

    fn slow(&self, length: usize) -> String {
        self.write(length)
    }

    async fn fail(&self, length: usize) -> Result<(), Refused> {
        let text = "x".repeat(length);
        Err(Refused::Long { text })
    }

    async fn object(&self, message: usize, data: usize) -> Result<(), ErrorObject> {
        // Each of these characters takes six bytes of JSON.
        let error = ErrorObject::new(1002, "\u{1}".repeat(message));
        Err(error.with_data(&"x".repeat(data)))
    }

    async fn internal(&self, length: usize) -> Result<(), Internal> {
        Err(Internal::new("x".repeat(length)))
    }
}

fn server() -> Server<impl Service> {
    Server::new(TextsServer::new(Writer::default()))
}

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#)
}

async fn answer(server: &Server<impl Service>, message: &str) -> String {
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    String::from_utf8(reply.expect("a reply").into_body()).unwrap()
}

fn too_long(limit: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","error":{{"code":-32008,"message":"Reply too large","data":"the method ran, but its reply would be longer than {limit} bytes"}},"id":1}}"#
    )
}

fn too_long_together(limit: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","error":{{"code":-32008,"message":"Reply too large","data":"the method ran, but the reply to its batch would be longer than {limit} bytes"}},"id":1}}"#
    )
}

#[test]
fn the_defaults_are_what_clients_accept() {
    let limits = Limits::default();
    assert_eq!(
        (limits.max_reply, limits.max_batch_reply),
        (16 * MIB, 16 * MIB)
    );
    assert_eq!(rpc_tokio::defaults::MAX_REPLY, limits.max_reply);
    assert_eq!(code::REPLY_TOO_LARGE, -32008);
}

#[tokio::test]
async fn a_reply_may_be_as_long_as_the_limit_and_no_longer() {
    let envelope = r#"{"jsonrpc":"2.0","result":"","id":1}"#.len();
    for limit in [100, 128, 129, 1000, 100_000] {
        let longest = limit - envelope;
        for server in [
            server().max_reply(limit),
            server().max_reply(limit).runtime(Tokio),
        ] {
            for method in ["text", "late", "slow"] {
                let fits = answer(&server, &call(method, &format!("[{longest}]"))).await;
                assert_eq!(fits.len(), limit, "{method}");
                for length in [longest + 1, longest + 2, 2 * limit, MIB] {
                    let message = call(method, &format!("[{length}]"));
                    assert_eq!(answer(&server, &message).await, too_long(limit), "{method}");
                }
            }
        }
    }
}

#[tokio::test]
async fn errors_count_too() {
    let server = server().max_reply(KIB);
    for (method, params) in [
        ("fail", "[1000]"),
        ("object", "[0,1000]"),
        ("object", "[200,0]"),
        ("object", "[1000000,0]"),
    ] {
        let message = call(method, params);
        assert_eq!(answer(&server, &message).await, too_long(KIB), "{method}");
    }
    for (method, params) in [
        ("fail", "[300]"),
        ("object", "[0,500]"),
        ("object", "[100,0]"),
    ] {
        let reply = answer(&server, &call(method, params)).await;
        assert!(reply.contains(r#""code":100"#), "{reply}");
    }
    let disclosing = server.disclose(true);
    let message = call("internal", "[2000]");
    assert_eq!(answer(&disclosing, &message).await, too_long(KIB));
}

/// A refused call did not run, so its error must not say that it did.
#[tokio::test]
async fn a_refusal_is_never_too_long() {
    for limit in [0, 1, 300] {
        let server = server().max_reply(limit);
        let long = format!("[\"{}\"]", "x".repeat(1000));
        for (method, code) in [("text", "-32602"), ("none", "-32601")] {
            let reply = answer(&server, &call(method, &long)).await;
            assert!(reply.contains(code), "{reply}");
        }
        assert!(answer(&server, "{}").await.contains("-32600"));
        assert!(answer(&server, "{").await.contains("-32700"));
    }
}

#[tokio::test]
async fn the_id_is_echoed_however_long_it_is() {
    let id = format!("\"{}\"", "i".repeat(10_000));
    let message = call("text", "[10]").replace(r#""id":1"#, &format!(r#""id":{id}"#));
    let reply = answer(&server().max_reply(KIB), &message).await;
    let reply: Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(reply["error"]["code"], -32008);
    assert_eq!(reply["id"].as_str().unwrap().len(), 10_000);
}

/// Makes outcomes of its own.
struct Answers;

impl Middleware for Answers {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        match cx.method_name() {
            "text" => Outcome::value("y".repeat(5000)),
            "fail" => ErrorObject::new(1, "y".repeat(5000)).into(),
            _ => next.run().await,
        }
    }
}

#[tokio::test]
async fn every_way_to_answer_is_limited() {
    let wrapped = Server::new(TextsServer::new(Writer::default()).middleware(Answers));
    let wrapped = wrapped.max_reply(KIB);
    let functions = Dispatcher::new()
        .method("text", |length: usize| async move { "x".repeat(length) })
        .method("map", |length: usize| async move {
            let pairs = (0..length).map(|key| (key.to_string(), f64::EPSILON));
            pairs.collect::<BTreeMap<_, _>>()
        })
        .fallback(|_, _| async { Outcome::value("x".repeat(5000)) })
        .nest("texts.", TextsServer::new(Writer::default()));
    let functions = Server::new(functions).max_reply(KIB);
    let mut many = Dispatcher::new();
    for number in 0..200 {
        many = many.method(format!("method-{number}"), || async { 1 });
    }
    let many = Server::new(many).max_reply(KIB);
    for (reply, from) in [
        (
            answer(&wrapped, &call("text", "[1]")).await,
            "a result of middleware",
        ),
        (
            answer(&wrapped, &call("fail", "[1]")).await,
            "an error of middleware",
        ),
        (
            answer(&wrapped, &call("late", "[5000]")).await,
            "below middleware",
        ),
        (
            answer(&functions, &call("text", "[5000]")).await,
            "a function",
        ),
        (answer(&functions, &call("map", "[500]")).await, "a map"),
        (
            answer(&functions, &call("other", "[1]")).await,
            "a fallback",
        ),
        (
            answer(&functions, &call("texts.list", "[5000]")).await,
            "a service",
        ),
        (
            answer(&many, &call("rpc.methods", "[]")).await,
            "introspection",
        ),
    ] {
        assert_eq!(reply, too_long(KIB), "{from}");
    }
}

#[tokio::test]
async fn calls_without_a_message_are_limited() {
    let server = server().max_reply(KIB);
    let params = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let (long, short) = (params("[2000]"), params("[900]"));
    for method in ["text", "late", "slow", "fail"] {
        let error = server.call(method, Some(&long), Default::default()).await;
        let error = error.unwrap_err();
        assert_eq!(error.code(), code::REPLY_TOO_LARGE, "{method}");
    }
    let result = server.call("text", Some(&short), Default::default()).await;
    assert_eq!(result.unwrap().get().len(), 902);
}

#[tokio::test]
async fn replies_of_version_1_are_limited() {
    let server = server().max_reply(KIB).version_1(true);
    for (length, is_long) in [(900, false), (1000, true), (2000, true)] {
        let message = format!(r#"{{"method":"text","params":[{length}],"id":1}}"#);
        let reply = answer(&server, &message).await;
        assert_eq!(reply.contains("-32008"), is_long, "{reply}");
        assert!(reply.starts_with(r#"{"result":"#), "{reply}");
    }
}

#[tokio::test]
async fn the_caller_is_told() {
    let client = memory::connect(server().max_reply(KIB));
    let texts = TextsClient::new(client);
    match texts.text(2000).await {
        Err(CallError::Object(error)) => {
            assert_eq!(error.code(), code::REPLY_TOO_LARGE);
            let detail: String = error.data_as().unwrap();
            assert_eq!(
                detail,
                "the method ran, but its reply would be longer than 1024 bytes"
            );
        }
        other => panic!("{other:?}"),
    }
}

fn batch(method: &str, params: &str, length: usize) -> String {
    format!("[{}]", vec![call(method, params); length].join(","))
}

#[tokio::test]
async fn a_batch_has_one_limit_for_all_of_its_answers() {
    const LIMIT: usize = 100 * KIB;
    for runtime in [false, true] {
        for method in ["text", "late", "slow", "fail"] {
            let writer = Arc::new(Writer::default());
            let server = Server::new(TextsServer::from_arc(Arc::clone(&writer)));
            let server = server.max_batch_reply(LIMIT);
            let server = if runtime {
                server.runtime(Tokio)
            } else {
                server
            };
            let reply = answer(&server, &batch(method, "[10000]", 50)).await;
            assert!(reply.len() <= LIMIT, "{method}: {}", reply.len());
            let answers: Vec<&RawValue> = serde_json::from_str(&reply).unwrap();
            assert_eq!(answers.len(), 50);
            let refused = answers.iter().filter(|it| it.get().len() < 1000);
            let refused: Vec<&str> = refused.map(|it| it.get()).collect();
            // Errors have the text twice: as the message and as data.
            let fit = if method == "fail" { 4 } else { 9 };
            assert_eq!(refused.len(), 50 - fit, "{method}");
            assert!(refused.iter().all(|it| *it == too_long_together(LIMIT)));
            // Those whose answers do not fit have run.
            let runs = writer.runs.load(Ordering::Relaxed);
            assert_eq!(runs, if method == "fail" { 0 } else { 50 }, "{method}");
        }
    }
}

#[tokio::test]
async fn short_answers_always_fit() {
    let server = server().max_batch_reply(0);
    let reply = answer(&server, &batch("text", "[10]", 100)).await;
    assert!(!reply.contains("error"), "{reply}");
    let reply = answer(&server, &batch("text", "[1000]", 2)).await;
    assert_eq!(reply, format!("[{0},{0}]", too_long_together(0)));
}

#[tokio::test]
async fn what_a_dropped_result_took_is_free_again() {
    struct Drops;

    impl Middleware for Drops {
        async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
            let outcome = next.run().await;
            match cx.method_name() {
                "list" => ErrorObject::new(1, "dropped").into(),
                _ => outcome,
            }
        }
    }

    let service = TextsServer::new(Writer::default()).middleware(Drops);
    let server = Server::new(service).max_batch_reply(100 * KIB);
    let mut entries = vec![call("list", "[20000]"); 20];
    entries.push(call("text", "[60000]"));
    let reply = answer(&server, &format!("[{}]", entries.join(","))).await;
    assert!(reply.contains(&"x".repeat(60_000)), "{}", reply.len());
}

#[tokio::test]
async fn notifications_take_nothing() {
    let server = server().max_batch_reply(10 * KIB);
    let notification = call("text", "[9000]").replace(r#","id":1"#, "");
    let mut entries = vec![notification; 50];
    entries.push(call("text", "[9000]"));
    let reply = answer(&server, &format!("[{}]", entries.join(","))).await;
    assert!(reply.contains(&"x".repeat(9000)), "{reply}");
}

/// A batch of 7 kB asked for 400 MB.
#[test]
fn a_batch_that_asks_for_much_uses_little_memory() {
    let server = server();
    let message = batch("text", "[4194304]", 100);
    assert!(message.len() < 8000);
    let mut length = 0;
    let used = measure(|| {
        let reply = server.handle(message.as_bytes(), Default::default());
        let reply = reply.now_or_never().expect("no method waits").unwrap();
        length = reply.body().len();
    });
    assert!(length <= 16 * MIB, "{length} bytes");
    // The message while it grows, one answer, and the string that it is made from.
    assert!(used.bytes_max < 64 * MIB as u64, "{} bytes", used.bytes_max);
}

/// A value that would be serialised without end.
#[test]
fn serialisation_stops_at_the_limit() {
    struct Endless;

    impl serde::Serialize for Endless {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(std::iter::repeat("more and more"))
        }
    }

    let endless = Dispatcher::new().method("endless", || async { Endless });
    let server = Server::new(endless).max_reply(MIB);
    let message = call("endless", "[]");
    let mut reply = None;
    let used = measure(|| {
        reply = server
            .handle(message.as_bytes(), Default::default())
            .now_or_never();
    });
    let reply = reply.flatten().unwrap();
    assert_eq!(reply.body(), too_long(MIB).as_bytes());
    assert!(used.bytes_max < 3 * MIB as u64, "{} bytes", used.bytes_max);
    let two = format!("[{message},{}]", call("none", "[]"));
    let reply = server
        .handle(two.as_bytes(), Default::default())
        .now_or_never();
    let reply = String::from_utf8(reply.flatten().unwrap().into_body()).unwrap();
    assert!(
        reply.starts_with(&format!("[{},", too_long(MIB))),
        "{reply}"
    );
}

#[tokio::test]
async fn replies_over_http_and_zeromq_are_limited() {
    let long = |error: &CallError| matches!(error, CallError::Object(it) if it.code() == -32008);

    let endpoint = rpc_http::server::endpoint(server().max_reply(KIB)).shorthand(true);
    let running = crate::http::running(endpoint).await;
    let call = running.client().call::<_, String>("text", (5000,));
    assert!(long(&call.await.unwrap_err()));
    let get = b"GET /text?length=5000 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let shorthand = running.exchange(get).await;
    assert!(shorthand.contains("longer than 1024 bytes"), "{shorthand}");

    let listener = rpc_zmq::bind("tcp://127.0.0.1:*").await.unwrap();
    let address = rpc_zmq::Address::of(&listener).unwrap().to_string();
    let serve = rpc_zmq::serve(listener, server().max_reply(KIB));
    tokio::spawn(serve.into_future());
    let client = rpc_zmq::Client::new(&address).unwrap();
    let call = client.call::<_, String>("text", (5000,));
    assert!(long(&call.await.unwrap_err()));
}
