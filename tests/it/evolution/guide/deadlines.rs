//! Deadlines and policies between clients and servers of which only one knows them, over HTTP.

use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next as NextLayer, from_fn};
use rpc_core::limits::Deadlines;
use rpc_core::{
    CallError, Client, Context, Endpoints, ErrorObject, Middleware, Next, Outcome, Policy, Server,
    Service, Transport, code, rpc,
};
use rpc_http::lean;
use rpc_http::server::endpoint;
use tokio::net::TcpListener;

use super::{check, outcome};

/// Longer than anything takes here.
const LONG: Duration = Duration::from_secs(240);

const SHORT: Duration = Duration::from_millis(50);

#[rpc]
trait Work {
    #[rpc(idempotent)]
    async fn quick(&self) -> u32;

    async fn endless(&self);
}

struct Worker;

impl Work for Worker {
    async fn quick(&self) -> u32 {
        7
    }

    async fn endless(&self) {
        std::future::pending().await
    }
}

/// Fails the first call with this code.
#[derive(Clone)]
struct FailsAtFirst(Arc<AtomicUsize>, i64);

impl Middleware for FailsAtFirst {
    async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => ErrorObject::new(self.1, "not now").into(),
            _ => next.run().await,
        }
    }
}

/// Serves over HTTP. An old server reads no header of ours.
async fn serving(service: impl Service, deadlines: Option<Deadlines>, is_old: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut endpoint = endpoint(Server::new(service));
    if let Some(deadlines) = deadlines {
        endpoint = endpoint.deadlines(deadlines);
    }
    let mut router = Router::new().fallback_service(endpoint);
    if is_old {
        router = router.layer(from_fn(forget));
    }
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

async fn forget(mut request: Request, next: NextLayer) -> axum::response::Response {
    let headers = request.headers_mut();
    for name in ["rpc-timeout-ms", "rpc-attempt"] {
        headers.remove(name);
    }
    next.run(request).await
}

fn client(url: &str, is_old: bool) -> lean::Client {
    let builder = lean::Client::builder().tell_timeout(!is_old);
    builder.build(url).unwrap()
}

/// Of an old client with a new server, which has these deadlines.
async fn of_old_client(
    deadlines: Option<Deadlines>,
    timeout: Duration,
    call: Called,
) -> &'static str {
    let url = serving(WorkServer::new(Worker), deadlines, false).await;
    call.outcome(client(&url, true), timeout).await
}

/// Of a new client with an old server.
async fn of_new_client(timeout: Duration, call: Called) -> &'static str {
    let url = serving(WorkServer::new(Worker), None, true).await;
    call.outcome(client(&url, false), timeout).await
}

enum Called {
    Quick,
    Endless,
}

impl Called {
    async fn outcome(self, client: lean::Client, timeout: Duration) -> &'static str {
        let work = WorkClient::new(client);
        match self {
            Called::Quick => outcome(work.quick().timeout(timeout).await, Ok(7)),
            Called::Endless => outcome(work.endless().timeout(timeout).await, Ok(())),
        }
    }
}

#[tokio::test]
async fn a_client_that_says_how_long_it_waits() {
    let row = "client says how long it waits, and gets its answer in time";
    let old = of_old_client(None, LONG, Called::Quick).await;
    check(row, &[old, of_new_client(LONG, Called::Quick).await]);
    let row = "client says how long it waits, and that is not enough";
    let old = of_old_client(None, SHORT, Called::Endless).await;
    check(row, &[old, of_new_client(SHORT, Called::Endless).await]);
}

#[tokio::test]
async fn a_server_that_limits_the_time() {
    let limit = |time| Some(Deadlines::new().max_timeout(time));
    let row = "server limits the time of calls, and one takes less";
    let old = of_old_client(limit(LONG), LONG, Called::Quick).await;
    check(row, &[old, of_new_client(LONG, Called::Quick).await]);
    let row = "server limits the time of calls, and one takes more";
    let old = of_old_client(limit(SHORT), LONG, Called::Endless).await;
    check(row, &[old, of_new_client(SHORT, Called::Endless).await]);
}

/// The error is an ordinary error object.
#[tokio::test]
async fn an_old_client_can_show_what_it_does_not_know() {
    let deadlines = Deadlines::new().max_timeout(SHORT);
    let url = serving(WorkServer::new(Worker), Some(deadlines), false).await;
    let message = r#"{"jsonrpc":"2.0","method":"endless","id":1}"#;
    let reply = client(&url, true).send(message).await.unwrap().unwrap();
    let reply: serde_json::Value = serde_json::from_str(&reply).unwrap();
    assert_eq!(reply["error"]["code"], code::DEADLINE_EXCEEDED);
    assert!(reply["error"]["message"].is_string());
    assert_eq!(reply["id"], 1);
}

/// An old client has no policy: it gets the error of the first attempt. But the row is about servers that answer it.
async fn tried_again(code: i64) -> [&'static str; 2] {
    let url = serving(WorkServer::new(Worker), None, false).await;
    let old = WorkClient::new(client(&url, true)).quick().await;
    let failing = FailsAtFirst(Arc::default(), code);
    let service = WorkServer::new(Worker).middleware(failing.clone());
    let url = serving(service, None, true).await;
    let policy = Policy::new().over(Endpoints::of([client(&url, false)]));
    let new = answer_of(policy).await;
    assert_eq!(failing.0.load(Ordering::SeqCst), 2);
    [outcome(old, Ok(7)), outcome(new, Ok(7))]
}

async fn answer_of<T: Transport>(client: Client<T>) -> Result<u32, CallError> {
    WorkClient::new(client).quick().await
}

#[tokio::test]
async fn a_client_with_a_policy() {
    let row = "client tries again what certainly did not run";
    check(row, &tried_again(code::BUSY).await);
    let row = "method marked as idempotent, and the client tries again what may have run";
    check(row, &tried_again(code::SERVER_CANCELLED).await);
}
