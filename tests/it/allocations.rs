//! How many allocations a call costs, from the message's bytes to the reply's. Each time a buffer grows counts as one.

use std::collections::VecDeque;
use std::future::IntoFuture;
use std::task::{Context as Task, Waker};

use allocation_counter::measure;
use futures_util::{FutureExt, Stream, stream};
use rpc_core::session::SessionBuilder;
use rpc_core::transport::Batched;
use rpc_core::{
    Batching, Client, Context, Dispatcher, Endpoints, Middleware, Next, Outcome, Policy, Server,
    Service, Transport, memory, rpc,
};

use crate::batching::Tokio;

#[rpc]
trait Adder {
    async fn add(&self, a: i64, b: i64) -> i64;
    async fn length(&self, text: &str) -> usize;
}

struct Sum;

impl Adder for Sum {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn length(&self, text: &str) -> usize {
        text.len()
    }
}

struct Pass;

impl Middleware for Pass {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        next.run().await
    }
}

const ADD: &str = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#;

/// The number of allocations to answer a message, after a warm-up.
fn count(server: &Server<impl Service>, message: &str) -> u64 {
    let handle = || {
        let answer = server.handle(message.as_bytes(), Default::default());
        answer.now_or_never().expect("the methods do not wait")
    };
    let reply = handle().map(|reply| String::from_utf8(reply.into_body()).unwrap());
    assert!(!reply.unwrap_or_default().contains("error"), "{message}");
    measure(|| drop(handle())).count_total
}

#[test]
fn a_call_allocates_only_the_replys_buffer() {
    let server = Server::new(AdderServer::new(Sum));
    assert_eq!(count(&server, ADD), 1);
    let by_name = r#"{"jsonrpc":"2.0","method":"add","params":{"b":2,"a":1},"id":"a string"}"#;
    assert_eq!(count(&server, by_name), 1);
    let uuid = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":"7bd0a3ee-6b4f-4d2f-9a52-2f3a1f0f6f0e"}"#;
    assert_eq!(count(&server, uuid), 1);
    let params_first = r#"{"id":1,"params":[1,2],"method":"add","jsonrpc":"2.0"}"#;
    assert_eq!(count(&server, params_first), 1);
    let borrowed = r#"{"jsonrpc":"2.0","method":"length","params":["some text"],"id":1}"#;
    assert_eq!(count(&server, borrowed), 1);
}

#[rpc]
trait Counter {
    fn count(&self, to: u64) -> impl Stream<Item = u64>;
}

struct Numbers;

impl Counter for Numbers {
    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        stream::iter(0..to)
    }
}

#[test]
fn an_item_of_a_stream_allocates_nothing() {
    let mut session = SessionBuilder::new()
        .serve(CounterServer::new(Numbers))
        .build();
    let mut task = Task::from_waker(Waker::noop());
    let call = r#"{"jsonrpc":"2.0","method":"count","params":[1000000],"id":1}"#;
    session.receive(call.into(), &mut task);
    let mut messages = VecDeque::new();
    let mut items = 0;
    let mut write = |times| {
        for _ in 0..times {
            assert!(session.poll_outgoing(&mut task, &mut messages).is_ready());
            items += messages.drain(..).count();
        }
    };
    write(400); // until the buffers are as large as they get
    assert_eq!(measure(|| write(400)).count_total, 0);
    assert!(items > 10_000, "{items}");
}

#[test]
fn a_notification_allocates_nothing() {
    let server = Server::new(AdderServer::new(Sum));
    assert_eq!(count(&server, &ADD.replace(r#","id":1"#, "")), 0);
}

#[test]
fn middleware_allocates_nothing() {
    let service = AdderServer::new(Sum).middleware(Pass).middleware(Pass);
    assert_eq!(count(&Server::new(service), ADD), 1);
}

#[test]
fn a_dispatcher_allocates_two_boxes() {
    let service = || Dispatcher::new().service(AdderServer::new(Sum));
    assert_eq!(count(&Server::new(service()), ADD), 3);
    let function = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    assert_eq!(count(&Server::new(function), ADD), 3);
}

#[test]
fn a_batch_of_any_length_allocates_five_times() {
    let server = Server::new(AdderServer::new(Sum));
    let batch = |length| format!("[{}]", vec![ADD; length].join(","));
    // The boxed future of the batch, its entries, the message of answers, one buffer that the answers share, and what is
    // left for the message.
    for length in [1, 4, 100] {
        assert_eq!(count(&server, &batch(length)), 5, "{length}");
    }
}

#[test]
fn a_reply_with_countless_parts_uses_little_memory() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    for part in ["1,", r#"{"id":1},"#] {
        let reply = format!("[{}1]", part.repeat(100_000));
        let script = crate::scripted::Script::replies(reply);
        let client = Client::from_transport(Batched::new(script, Batching::default(), Tokio));
        let call = || client.call::<_, u32>("add", (1, 2));
        let used = measure(|| {
            let (one, two) = runtime.block_on(async { tokio::join!(call(), call()) });
            assert!(one.is_err() && two.is_err());
        });
        assert!(used.bytes_max < 20_000, "{part} {} bytes", used.bytes_max);
    }
}

#[test]
fn a_call_from_end_to_end() {
    let adder = AdderClient::new(memory::connect(AdderServer::new(Sum)));
    let call = || adder.add(1, 2).now_or_never().unwrap();
    assert_eq!(call().unwrap(), 3);
    // The request, the future of the call, the reply, and its conversion to `Bytes`.
    assert_eq!(measure(|| drop(call())).count_total, 4);
}

/// What a policy adds to a call that succeeds: a copy of the message, in case it has to be sent again. Nothing else may be copied.
#[test]
fn a_policy_allocates_one_copy_of_a_message() {
    let connected = || memory::connect(AdderServer::new(Sum));
    let plain = allocations_of_a_call(connected());
    let policy = Policy::new();
    let one = policy.clone().over(connected());
    assert_eq!(allocations_of_a_call(one) - plain, 1);
    let servers = Endpoints::of([connected(), connected(), connected()]);
    assert_eq!(
        allocations_of_a_call(policy.clone().over(servers)) - plain,
        1
    );
    // What is never sent again is not copied.
    let once = policy.attempts(1).over(connected());
    assert_eq!(allocations_of_a_call(once), plain);
}

fn allocations_of_a_call<T: Transport>(client: Client<T>) -> u64 {
    let adder = AdderClient::new(client);
    let call = || adder.add(1, 2).now_or_never().unwrap();
    assert_eq!(call().unwrap(), 3);
    measure(|| drop(call())).count_total
}

/// The same over HTTP, by both clients. A copy has no room to spare, which may save an allocation there.
#[test]
fn a_policy_over_http_allocates_one_copy_of_a_message() {
    let (url, _server) = serving_elsewhere();
    let lean = || rpc_http::lean::Client::new(&url).unwrap();
    let plain = allocations_over_http(lean());
    assert!(allocations_over_http(Policy::new().over(lean())) <= plain + 1);
    let reqwest = || rpc_http::Client::new(&url).unwrap();
    let plain = allocations_over_http(reqwest());
    assert!(allocations_over_http(Policy::new().over(reqwest())) <= plain + 1);
}

/// A server in a thread of its own, whose allocations are not counted.
fn serving_elsewhere() -> (String, tokio::runtime::Runtime) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let endpoint = rpc_http::server::endpoint(AdderServer::new(Sum));
    runtime.spawn(rpc_http::server::serve(listener, endpoint).into_future());
    (url, runtime)
}

/// The least of many, since the reply may come in pieces.
fn allocations_over_http<T: Transport>(client: Client<T>) -> u64 {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let adder = AdderClient::new(client);
    let call = || runtime.block_on(async { adder.add(1, 2).await });
    let counts = (0..200).map(|_| measure(|| assert_eq!(call().unwrap(), 3)).count_total);
    counts.min().unwrap()
}
