//! Calls of both of our clients.

use std::task::Poll;

use http::Request;
use rpc_core::CallError;
use tower_service::Service;

use super::super::over_reqwest::client_tls::trusting as trusting_reqwest;
use super::*;

const MANY: usize = 200;

async fn many<T: Transport>(probe: ProbeClient<T>, watch: &Watch) {
    let calls = gates(&probe, MANY);
    watch.until_started(MANY).await;
    all_through(watch, calls).await;
    // One that does not fit into a window.
    let big = within(probe.big(3_000_000)).await.unwrap();
    assert_eq!(big.len(), 3_000_000);
    let text = "x".repeat(1_500_000);
    assert_eq!(within(probe.echo(&text)).await.unwrap(), text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_go_over_one_connection() {
    let (watch, endpoint) = watched();
    let server = one_connection(endpoint).await;
    many(over_reqwest(&server), &watch).await;
    let (watch, endpoint) = watched();
    let server = one_connection(endpoint).await;
    many(over_lean(&server), &watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_clients_speak_it_over_tls() {
    let authority = Authority::new();
    for is_lean in [false, true] {
        let (watch, endpoint) = watched();
        let tls = authority.tls();
        let set_up = |it: Serve<_>| it.tls(tls).max_connections(1);
        let server = running_with(endpoint, set_up).await;
        let pem = authority.pem.as_bytes();
        match is_lean {
            // It asks the server which version it speaks.
            false => {
                let client = trusting_reqwest(&authority).build(https(&server)).unwrap();
                many(ProbeClient::new(client), &watch).await;
            }
            true => {
                let builder = lean::Client::builder().root_certificates(pem);
                let client = builder.http2_prior_knowledge().build(https(&server));
                many(ProbeClient::new(client.unwrap()), &watch).await;
            }
        }
    }
}

/// A client that does not ask for HTTP/2 is served as before, and so is one if the server does not speak it.
#[tokio::test]
async fn one_point_one_is_spoken_as_well() {
    let server = running(probe()).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    let mut raw = server.connect().await;
    for byte in json(ECHO) {
        raw.send(&[byte]).await;
    }
    assert_eq!(raw.response().await, ok(ECHOED));
    let server = running_with(probe(), |it| it.http2(false)).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    let error = within(over_lean(&server).echo("hi")).await.unwrap_err();
    assert!(matches!(error, CallError::Transport(_)), "{error:?}");
}

/// Calls that are more than the server takes wait for their turn, also those that begin before it has said how many it takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_wait_for_their_turn() {
    let (watch, endpoint) = watched();
    let set_up = |it: Serve<_>| it.http2_max_streams(10).max_connections(1);
    let server = running_with(endpoint, set_up).await;
    let probe = over_lean(&server);
    let calls: Vec<_> = (0..100)
        .map(|_| tokio::spawn(probe.sleep(20).into_future()))
        .collect();
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap(), 20);
    }
    assert_eq!(watch.finished.load(Ordering::SeqCst), 100);

    // One whose turn does not come in time may have run: hyper may still send it.
    let calls = gates(&probe, 10);
    watch.until_started(110).await;
    let short = probe.note("hi").timeout(Duration::from_millis(100));
    let error = within(short.into_future()).await.unwrap_err();
    assert!(matches!(error, CallError::Timeout(_)), "{error:?}");
    assert_eq!(error.execution(), Execution::MaybeRun);
    all_through(&watch, calls).await;
    assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
}

#[tokio::test]
async fn an_unused_connection_is_closed() {
    let (watch, endpoint) = watched();
    // There is room for one connection, so that the next client is served when the first one's is closed.
    let server = one_connection(endpoint).await;
    for builder in [
        lean::Client::builder().idle_timeout(Duration::from_millis(300)),
        lean::Client::builder().max_idle(0),
    ] {
        let probe = over(builder, &server);
        assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
        // Not while a call runs.
        let calls = gates(&probe, 1);
        pause(900).await;
        all_through(&watch, calls).await;
        assert!(server.exchange(&json(ECHO)).await.ends_with(ECHOED));
        assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
        drop(probe);
    }
}

/// HTTP/2 has no `Host`, but names the host in the request.
#[tokio::test]
async fn the_host_is_checked() {
    let endpoint = probe().allowed_hosts(["127.0.0.1", "shop.example"]);
    let server = running(endpoint).await;
    assert_eq!(within(over_lean(&server).echo("hi")).await.unwrap(), "hi");
    assert_eq!(
        within(over_reqwest(&server).echo("hi")).await.unwrap(),
        "hi"
    );
    for (host, is_allowed) in [("shop.example", true), ("evil.example", false)] {
        let builder = lean::Client::builder().header("host", host);
        let called = within(over(builder, &server).echo("hi")).await;
        assert_eq!(called.is_ok(), is_allowed, "{host}: {called:?}");
    }
}

/// An app that panics while it is called, if the request has the header `x-panic`.
#[derive(Clone)]
struct Panicking<S>(S);

impl<S, B> Service<Request<B>> for Panicking<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, task: &mut std::task::Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(task)
    }

    fn call(&mut self, request: Request<B>) -> S::Future {
        assert!(!request.headers().contains_key("x-panic"), "as a test");
        self.0.call(request)
    }
}

/// An app that panics fails that call, and not the others of its connection.
#[tokio::test]
async fn a_panic_ends_only_its_stream() {
    let (watch, endpoint) = watched();
    let server = running_with(Panicking(endpoint), |serve| serve.max_connections(1)).await;
    let probe = over_lean(&server);
    let calls = gates(&probe, 1);
    watch.until_started(1).await;
    let panics = probe.echo("hi").header("x-panic", "1");
    within(panics.into_future()).await.unwrap_err();
    assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
    all_through(&watch, calls).await;
}

/// A method finds what it finds over HTTP/1.1.
#[tokio::test]
async fn headers_reach_methods() {
    let server = running(probe()).await;
    let probe = over(lean::Client::builder().header("x-shop", "north"), &server);
    let found = within(probe.header("x-shop")).await.unwrap();
    assert_eq!(found.as_deref(), Some("north"));
}

#[cfg(unix)]
#[tokio::test]
async fn it_goes_over_a_unix_socket() {
    let files = super::super::certificates::Files::new("http2-socket", &[]);
    let path = files.0.join("socket");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    tokio::spawn(serve(listener, probe()).max_connections(1).into_future());
    let builder = lean::Client::builder().unix_socket(&path);
    let client = builder.http2_prior_knowledge().build("http://localhost/");
    let probe = ProbeClient::new(client.unwrap());
    let calls = (0..20).map(|_| tokio::spawn(probe.sleep(50).into_future()));
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(within(call).await.unwrap().unwrap(), 50);
    }
}
