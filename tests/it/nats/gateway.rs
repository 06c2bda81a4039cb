//! A gateway: HTTP in front of workers that are behind NATS.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use rpc_core::limits::Deadlines;
use rpc_core::{IntoServer, Service, code, relay};
use rpc_http::server::{endpoint, serve as serve_http};
use rpc_http::{lean, ws};
use tokio::net::TcpListener;
use tokio::process::Command;

use super::cluster::{CALLERS, Load, Outcome, call_each, connect};
use super::streams::{Feeding, feed_client};
use super::*;
use crate::streams::checks;

/// A server of HTTP that passes calls on.
struct Gateway {
    address: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
}

impl Gateway {
    async fn start<S: Service>(service: impl IntoServer<Service = S>) -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(serve_http(listener, endpoint(service)).into_future());
        Gateway { address, task }
    }

    fn client(&self) -> lean::Client {
        lean::Client::new(format!("http://{}/", self.address)).unwrap()
    }

    fn websocket(&self) -> ws::Client {
        ws::Client::new(format!("ws://{}/", self.address)).unwrap()
    }

    /// The head and the body of what curl gets for a message.
    async fn curl(&self, message: &str) -> (String, String) {
        let url = format!("http://{}/", self.address);
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--include", "--noproxy", "*"]);
        command.args(["--max-time", "200", "-H", "content-type: application/json"]);
        command.args([&*url, "--data", message]).kill_on_drop(true);
        let output = within(command.output()).await.unwrap();
        assert!(output.status.success(), "{output:?}");
        let output = String::from_utf8(output.stdout).unwrap();
        let (head, body) = output.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn curl_calls_a_worker_through_a_gateway() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let gateway = Gateway::start(relay(raw_client(&server).await)).await;
    for (message, expected) in [
        (
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":"x"}"#,
            r#"{"jsonrpc":"2.0","result":3,"id":"x"}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"fail","id":1.5}"#,
            r#"{"jsonrpc":"2.0","error":{"code":1001,"message":"broken"},"id":1.5}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"odd.*","id":null}"#,
            r#"{"jsonrpc":"2.0","result":"odd","id":null}"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"ticks","id":1}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-33000,"message":"the method returns a stream, which this transport can't carry"},"id":1}"#,
        ),
        (r#"{"jsonrpc":"2.0","method":"note","params":[5]}"#, ""),
    ] {
        assert_eq!(gateway.curl(message).await.1, expected);
    }
    assert_eq!(worker.watch.taken(), [5]);
    let methods = r#"{"jsonrpc":"2.0","method":"rpc.methods","id":1}"#;
    let (_, methods) = gateway.curl(methods).await;
    assert!(methods.contains("text.echo"), "{methods}");
}

#[tokio::test]
async fn a_call_that_nobody_serves_is_refused_and_may_be_repeated() {
    let server = Server::start().await;
    let gateway = Gateway::start(relay(raw_client(&server).await)).await;
    let message = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#;
    let (head, body) = gateway.curl(message).await;
    assert_eq!(
        body,
        r#"{"jsonrpc":"2.0","error":{"code":-32009,"message":"the service can't be reached now"},"id":1}"#
    );
    for line in ["rpc-refused: busy", "retry-after: 1", "retry-after-ms: 100"] {
        assert!(
            head.contains(&format!("\r\n{line}\r\n")) || head.ends_with(line),
            "{head}"
        );
    }
    let error = WorksClient::new(gateway.client()).add(1, 2).into_future();
    let error = within(error).await.unwrap_err();
    assert_eq!(error.execution(), Execution::NotRun);
    assert!(error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_millis(100)));
}

#[tokio::test]
async fn a_batch_spreads_over_the_workers() {
    let server = Server::start().await;
    let workers = [
        Worker::start(&server).await,
        Worker::start(&server).await,
        Worker::start(&server).await,
    ];
    let gateway = Gateway::start(relay(raw_client(&server).await)).await;
    let client = gateway.client();
    let works = WorksClient::new(client.clone());
    let batch: Vec<_> = (0..100).map(|number| works.take(number)).collect();
    let taken = within(client.batch(batch).into_future()).await.unwrap();
    let taken: Vec<u64> = taken.into_iter().map(Result::unwrap).collect();
    assert_eq!(taken, (0..100).collect::<Vec<_>>());
    // By chance, one of them gets nothing in one of 10^17 runs.
    assert!(
        workers
            .iter()
            .all(|worker| !worker.watch.taken().is_empty())
    );
}

/// Calls beyond the limit of the client wait for their turn, but no longer than they may. They are never run later.
#[tokio::test]
async fn calls_wait_for_their_turn_within_their_time() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let client = rpc_nats::Client::builder().max_in_flight(1);
    let client = client.build(server.connect().await, "works").unwrap();
    let hurried = Deadlines::new().max_timeout(Duration::from_millis(200));
    let hurried = RpcServer::new(relay(client.clone())).deadlines(hurried);
    let hurried = Gateway::start(hurried).await;
    let patient = Gateway::start(relay(client)).await;
    let works = WorksClient::new(patient.client());
    let first = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;

    let begun = Instant::now();
    let call = WorksClient::new(hurried.client()).take(7);
    let error = within(call.into_future()).await.unwrap_err();
    let told = error.object().unwrap().code();
    // The server in front and the client behind have the same deadline, and either may notice first that it has passed.
    let late = [code::EXPIRED, code::DEADLINE_EXCEEDED];
    assert!(late.contains(&told), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(60));

    let waiting = tokio::spawn(works.take(8).into_future());
    worker.watch.gate.add_permits(1);
    assert_eq!(within(first).await.unwrap().unwrap(), "through");
    assert_eq!(within(waiting).await.unwrap().unwrap(), 8);
    assert_eq!(worker.watch.taken(), [8]);
}

/// Every call is counted, and what callers are told is compared with what the workers did.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_through_a_gateway_are_accounted_for() {
    let mut nodes = Server::cluster().await;
    let mut workers = Vec::new();
    for node in 0..3 {
        let worker = Worker::with(connect(&nodes, node).await, |serve| serve).await;
        worker.watch.pace.store(1, Ordering::SeqCst);
        workers.push(worker);
    }
    let client = rpc_nats::client(connect(&nodes, 0).await, "works").unwrap();
    let gateway = Gateway::start(relay(client)).await;
    let works = WorksClient::new(gateway.client());
    call_each(&works, &workers).await;
    let mut load = Load::start(&works, CALLERS);
    load.until_answered(500).await;

    let killed = workers.pop().unwrap();
    killed.task.abort();
    load.until_answered(500).await;
    nodes[1].kill();
    load.until_answered(500).await;
    nodes[1].restart().await;
    load.until_answered(500).await;
    load.end().await;

    load.print("through a gateway, after the loss of a worker and of a node");
    call_each(&works, &workers).await;
    let all = workers.iter().chain([&killed]);
    load.check(all.flat_map(|worker| worker.watch.taken()));
    let failed = load.count(Outcome::MayHaveRun);
    assert!(
        failed <= 3 * CALLERS,
        "only those in flight at each loss: {failed}"
    );
}

/// Streams in front become streams over NATS, by server-sent events and over a WebSocket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_pass_a_gateway() {
    let server = Server::start().await;
    let worker = Feeding::start(&server).await;
    let gateway = Gateway::start(relay(feed_client(&server).await)).await;
    checks::one_by_one(gateway.client(), &worker.watch).await;
    checks::all(gateway.websocket(), &worker.watch).await;
}

/// A call that is dropped in front is dropped at its worker.
#[tokio::test]
async fn a_cancellation_passes_a_gateway() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let gateway = Gateway::start(relay(raw_client(&server).await)).await;
    let works = WorksClient::new(gateway.websocket());
    let gate = works.gate().into_future();
    let call = tokio::spawn(async move { gate.await.is_ok() });
    worker.watch.until_begun(1).await;
    call.abort();
    until(|| worker.watch.waiting.load(Ordering::SeqCst) == 0).await;
    assert_eq!(worker.watch.finished.load(Ordering::SeqCst), 0);
}
