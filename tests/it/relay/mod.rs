//! A relay: what a server in front makes of the calls that it passes on to another server. Every wait is bounded: see [`within`].

mod calls;
mod contract;
mod failures;
mod giving_up;
mod streams;

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpc_core::{Client, Context, IntoServer, RawValue, RpcError, Transport, relay, rpc};
use rpc_http::server::{Endpoint, endpoint, serve};
use rpc_http::{lean, ws};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// No test waits for anything longer than this.
async fn within<F: Future>(future: F) -> F::Output {
    let waited = tokio::time::timeout(Duration::from_secs(240), future).await;
    waited.expect("it hangs")
}

/// What there is behind a relay.
#[rpc(namespace = "shop")]
trait Shop {
    #[rpc(idempotent, alias = "shop.text", tag = "public")]
    async fn echo(&self, text: &str) -> String;

    /// Gives back what it gets, as the text that it is.
    async fn same(&self, value: &RawValue) -> Box<RawValue>;

    async fn fail(&self) -> Result<(), ShopError>;

    /// The values of a header, and how many milliseconds the caller still waits.
    async fn seen(&self, name: &str, #[rpc(context)] cx: &Context) -> (Vec<String>, Option<u64>);

    /// Completes when as many calls wait here.
    async fn meet(&self, calls: usize) -> usize;

    /// Waits until the test lets it through.
    async fn gate(&self) -> String;

    #[rpc(notification)]
    async fn note(&self, text: &str);

    async fn login(&self, name: &str, #[rpc(secret)] password: &str) -> bool;
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
enum ShopError {
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
}

/// What has become of the calls behind.
struct Watch {
    notes: Mutex<Vec<String>>,
    begun: AtomicUsize,
    dropped: AtomicUsize,
    met: AtomicUsize,
    gate: Semaphore,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            notes: Mutex::default(),
            begun: AtomicUsize::new(0),
            dropped: AtomicUsize::new(0),
            met: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        }
    }
}

#[derive(Clone, Default)]
struct Behind(Arc<Watch>);

/// Counts a call that ends, in whatever way.
struct Begun(Arc<Watch>);

impl Drop for Begun {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

impl Shop for Behind {
    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn same(&self, value: &RawValue) -> Box<RawValue> {
        value.to_owned()
    }

    async fn fail(&self) -> Result<(), ShopError> {
        Err(ShopError::SoldOut { left: 3 })
    }

    async fn seen(&self, name: &str, cx: &Context) -> (Vec<String>, Option<u64>) {
        let values = cx.headers().get_all(name).iter();
        let values = values.map(|value| value.to_str().unwrap().to_owned());
        let left = cx.remaining();
        let left = left.map(|left| u64::try_from(left.as_millis()).unwrap());
        (values.collect(), left)
    }

    async fn meet(&self, calls: usize) -> usize {
        let met = self.0.met.fetch_add(1, Ordering::SeqCst) + 1;
        while self.0.met.load(Ordering::SeqCst) < calls {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        met
    }

    async fn gate(&self) -> String {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        let _begun = Begun(Arc::clone(&self.0));
        self.0.gate.acquire().await.unwrap().forget();
        "through".to_owned()
    }

    async fn note(&self, text: &str) {
        self.0.notes.lock().unwrap().push(text.to_owned());
    }

    async fn login(&self, _: &str, password: &str) -> bool {
        password == "tea"
    }
}

/// A server of HTTP, SSE and WebSockets on a port of its own.
struct Front {
    address: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
}

impl Front {
    async fn start<S: rpc_core::Service>(service: impl IntoServer<Service = S>) -> Front {
        Front::with(endpoint(service)).await
    }

    async fn with<S: rpc_core::Service>(endpoint: Endpoint<S>) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let endpoint = endpoint.heartbeat_interval(Duration::from_millis(50));
        let task = tokio::spawn(serve(listener, endpoint).into_future());
        Front { address, task }
    }

    fn lean(&self) -> lean::Client {
        lean::Client::new(format!("http://{}/", self.address)).unwrap()
    }

    fn ws(&self) -> ws::Client {
        ws::Client::new(format!("ws://{}/", self.address)).unwrap()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The shop behind a server of HTTP, whose client is given to a relay.
async fn shop() -> (Front, Arc<Watch>) {
    let behind = Behind::default();
    let watch = Arc::clone(&behind.0);
    (Front::start(ShopServer::new(behind)).await, watch)
}

/// What the server answers to a message, as text.
async fn answer<T: Transport>(client: &Client<T>, message: &str) -> String {
    let reply = within(client.send(message).into_future()).await.unwrap();
    reply.unwrap_or_default()
}
