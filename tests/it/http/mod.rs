//! The HTTP transport, over real sockets on loopback. Every wait is bounded: see [`within`].

mod cancel;
pub mod certificates;
mod config;
mod deadlines;
mod disconnect;
mod hosts;
mod http2;
mod limits;
mod log;
mod mounting;
mod origins;
mod over_lean;
mod over_reqwest;
mod reply_headers;
mod server;
mod shorthand;
mod shutdown;
mod statuses;
mod tls;
#[cfg(unix)]
mod unix_socket;
mod wire;

use std::future::{Future, IntoFuture};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rpc_core::{Context, rpc};
use rpc_http::Client;
use rpc_http::server::{App, Endpoint, Serve, endpoint, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

/// What a transport can be tried by.
#[rpc]
pub trait Probe {
    async fn echo(&self, text: &str) -> String;

    /// A string of that many bytes.
    async fn big(&self, length: usize) -> String;

    async fn sleep(&self, milliseconds: u64) -> u64;

    /// Waits until the gate is opened for one more.
    async fn gate(&self) -> String;

    #[rpc(blocking)]
    fn block(&self, milliseconds: u64) -> u64;

    async fn header(&self, name: &str, #[rpc(context)] cx: &Context) -> Option<String>;

    async fn id(&self, #[rpc(context)] cx: &Context) -> String;

    #[rpc(notification)]
    async fn note(&self, text: &str);

    /// The same as `gate`, for a caller who stays.
    #[rpc(cancel_on_disconnect)]
    async fn frail(&self) -> String;
}

/// What became of the calls.
pub struct Watch {
    pub started: AtomicUsize,
    pub finished: AtomicUsize,
    pub cancelled: AtomicUsize,
    pub gate: Semaphore,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            started: AtomicUsize::default(),
            finished: AtomicUsize::default(),
            cancelled: AtomicUsize::default(),
            gate: Semaphore::new(0),
        }
    }
}

impl Watch {
    pub async fn until_started(&self, calls: usize) {
        until(|| self.started.load(Ordering::SeqCst) >= calls).await;
    }

    pub async fn until_cancelled(&self, calls: usize) {
        until(|| self.cancelled.load(Ordering::SeqCst) >= calls).await;
    }

    pub async fn until_finished(&self, calls: usize) {
        until(|| self.finished.load(Ordering::SeqCst) >= calls).await;
    }

    fn start(&self) -> Started<'_> {
        self.started.fetch_add(1, Ordering::SeqCst);
        Started(self)
    }
}

/// Counts a call as cancelled, unless it comes to its end.
struct Started<'a>(&'a Watch);

impl Started<'_> {
    fn finish(self) {
        self.0.finished.fetch_add(1, Ordering::SeqCst);
        std::mem::forget(self);
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        self.0.cancelled.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Default)]
pub struct Prober(pub Arc<Watch>);

impl Probe for Prober {
    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn big(&self, length: usize) -> String {
        "x".repeat(length)
    }

    async fn sleep(&self, milliseconds: u64) -> u64 {
        let started = self.0.start();
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        started.finish();
        milliseconds
    }

    async fn gate(&self) -> String {
        let started = self.0.start();
        self.0.gate.acquire().await.unwrap().forget();
        started.finish();
        "through".to_owned()
    }

    fn block(&self, milliseconds: u64) -> u64 {
        let started = self.0.start();
        std::thread::sleep(Duration::from_millis(milliseconds));
        started.finish();
        milliseconds
    }

    async fn header(&self, name: &str, cx: &Context) -> Option<String> {
        cx.header(name).map(str::to_owned)
    }

    async fn id(&self, cx: &Context) -> String {
        cx.id().unwrap().as_json().to_owned()
    }

    async fn note(&self, _text: &str) {
        self.0.start().finish();
    }

    async fn frail(&self) -> String {
        self.gate().await
    }
}

pub fn probe() -> Endpoint<ProbeServer<Prober>> {
    // Some replies are meant to be large.
    endpoint(rpc_core::Server::new(ProbeServer::new(Prober::default())).max_reply(usize::MAX))
}

pub fn watched() -> (Arc<Watch>, Endpoint<ProbeServer<Prober>>) {
    let prober = Prober::default();
    (
        Arc::clone(&prober.0),
        endpoint(ProbeServer::new(prober.clone())),
    )
}

/// An error's text, and those of its causes.
pub fn chain(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| (*error).source())
        .map(ToString::to_string)
        .collect()
}

/// No test waits for anything longer than this.
pub async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("it hangs")
}

pub async fn until(condition: impl Fn() -> bool) {
    within(async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

pub async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// A server in a task of its own.
pub struct Running {
    pub address: SocketAddr,
    pub task: JoinHandle<io::Result<()>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Running {
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub fn client(&self) -> Client {
        Client::new(self.url()).unwrap()
    }

    pub fn probe(&self) -> ProbeClient<rpc_http::client::Http> {
        ProbeClient::new(self.client())
    }

    pub async fn connect(&self) -> Raw {
        Raw::connect(self.address).await
    }

    /// Sends one request on a connection of its own, and returns the response without its date.
    pub async fn exchange(&self, request: &[u8]) -> String {
        let mut raw = self.connect().await;
        raw.send(request).await;
        raw.response().await
    }

    pub fn signal_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    pub async fn until_stopped(self) {
        within(self.task).await.unwrap().unwrap();
    }
}

pub async fn running<A: App>(app: A) -> Running {
    running_with(app, |serve| serve).await
}

pub async fn running_with<A: App>(app: A, set_up: impl FnOnce(Serve<A>) -> Serve<A>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serve = set_up(serve(listener, app)).shutdown(async {
        // A test that drops its server ends, and the server with it.
        if stopped.await.is_err() {
            std::future::pending().await
        }
    });
    Running {
        address,
        task: tokio::spawn(serve.into_future()),
        stop: Some(stop),
    }
}

/// A client that sends bytes, and reads responses as they are.
pub struct Raw {
    pub stream: TcpStream,
    /// What has been read beyond the last response.
    rest: Vec<u8>,
}

impl Raw {
    pub async fn connect(address: SocketAddr) -> Raw {
        let stream = within(TcpStream::connect(address)).await.unwrap();
        Raw::of(stream)
    }

    pub fn of(stream: TcpStream) -> Raw {
        stream.set_nodelay(true).unwrap();
        Raw {
            stream,
            rest: Vec::new(),
        }
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        within(self.stream.write_all(bytes)).await.unwrap();
    }

    /// The next response, without its date: its head, and as much of a body as the head announces.
    pub async fn response(&mut self) -> String {
        within(self.try_response()).await.expect("no response")
    }

    /// `None`: the connection was closed.
    pub async fn try_response(&mut self) -> Option<String> {
        loop {
            if let Some(end) = find(&self.rest, b"\r\n\r\n") {
                let head = String::from_utf8(self.rest[..end + 4].to_vec()).unwrap();
                let length = header_of(&head, "content-length").map_or(0, |n| n.parse().unwrap());
                if self.rest.len() >= end + 4 + length {
                    let rest = self.rest.split_off(end + 4 + length);
                    let body = std::mem::replace(&mut self.rest, rest).split_off(end + 4);
                    let lines = head.split_inclusive("\r\n");
                    let undated: String = lines.filter(|line| !line.starts_with("date:")).collect();
                    return Some(undated + std::str::from_utf8(&body).unwrap());
                }
            }
            let mut piece = [0; 16 * 1024];
            match self.stream.read(&mut piece).await {
                Ok(0) | Err(_) => return None,
                Ok(length) => self.rest.extend_from_slice(&piece[..length]),
            }
        }
    }

    /// The head alone, for responses without the body that it announces (those to HEAD).
    pub async fn head(&mut self) -> String {
        within(async {
            while find(&self.rest, b"\r\n\r\n").is_none() {
                assert!(self.stream.read_buf(&mut self.rest).await.unwrap() > 0);
            }
        })
        .await;
        String::from_utf8_lossy(&self.rest).into_owned()
    }

    /// Waits for the connection to be closed, and asserts that nothing more comes.
    pub async fn until_closed(&mut self) {
        assert_eq!(within(self.try_response()).await, None);
        assert!(self.rest.is_empty(), "{:?}", self.rest);
    }
}

pub fn header_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|at| at == wanted)
}

pub const ECHO: &str = r#"{"jsonrpc":"2.0","method":"echo","params":["hi"],"id":1}"#;
pub const ECHOED: &str = r#"{"jsonrpc":"2.0","result":"hi","id":1}"#;
pub const NOTE: &str = r#"{"jsonrpc":"2.0","method":"note","params":["hi"]}"#;

/// A POST with these headers besides host and length.
pub fn post(headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

/// A POST as it should be.
pub fn json(body: &str) -> Vec<u8> {
    post("content-type: application/json\r\n", body)
}

/// A response as the endpoint makes it.
pub fn ok(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// A refusal as the endpoint makes it; `headers` are further ones.
pub fn refused(status: &str, reason: &str, headers: &str, text: &str) -> String {
    let length = text.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\nrpc-refused: {reason}\r\n{headers}content-length: {length}\r\n\r\n{text}"
    )
}

/// The same, from a server that closes the connection after it.
pub fn last(response: String) -> String {
    response.replacen("content-length:", "connection: close\r\ncontent-length:", 1)
}
