//! The ZeroMQ transport, over real sockets. Every wait is bounded: see [`within`].

mod calls;
mod client;
mod limits;
mod log;
mod peers;
mod restart;
mod shutdown;

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rpc_zmq::{Address, Client, Serve, Zmq, bind, serve};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::http::{ProbeClient, ProbeServer, Prober, Watch, chain, pause, until, within};

const ANY_PORT: &str = "tcp://127.0.0.1:*";

/// A server in a task of its own.
struct Running {
    address: String,
    watch: Arc<Watch>,
    task: JoinHandle<io::Result<()>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Running {
    fn client(&self) -> Client {
        Client::new(&self.address).unwrap()
    }

    fn probe(&self) -> ProbeClient<Zmq> {
        ProbeClient::new(self.client())
    }

    async fn connect(&self) -> Raw {
        let address = self.address.strip_prefix("tcp://").unwrap();
        Raw::connect(address.parse().unwrap()).await
    }

    fn signal_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn until_stopped(self) {
        within(self.task).await.unwrap().unwrap();
    }

    /// As if it had been killed: nothing is answered any more.
    async fn kill(self) -> String {
        self.task.abort();
        assert!(within(self.task).await.unwrap_err().is_cancelled());
        self.address
    }
}

async fn running() -> Running {
    running_with(ANY_PORT, |serve| serve).await
}

async fn running_with(
    address: &str,
    set_up: impl FnOnce(Serve<ProbeServer<Prober>>) -> Serve<ProbeServer<Prober>>,
) -> Running {
    let listener = bind(address).await.unwrap();
    let address = Address::of(&listener).unwrap().to_string();
    let prober = Prober::default();
    let watch = Arc::clone(&prober.0);
    let (stop, stopped) = oneshot::channel();
    // Some replies are meant to be large.
    let server = rpc_core::Server::new(ProbeServer::new(prober)).max_reply(usize::MAX);
    let server = server.max_batch_reply(usize::MAX);
    let serve = set_up(serve(listener, server)).shutdown(async {
        // A test that drops its server ends, and the server with it.
        if stopped.await.is_err() {
            std::future::pending().await
        }
    });
    Running {
        address,
        watch,
        task: tokio::spawn(serve.into_future()),
        stop: Some(stop),
    }
}

/// A path for a Unix socket that nobody else has.
fn socket_path() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("rpc-zmq-{}-{count}.sock", std::process::id());
    std::env::temp_dir().join(name)
}

fn ipc_address() -> String {
    format!("ipc://{}", socket_path().display())
}

/// A socket of ZeroMQ, byte by byte.
struct Raw<S = TcpStream> {
    stream: S,
}

impl Raw {
    async fn connect(address: SocketAddr) -> Raw {
        let stream = within(TcpStream::connect(address)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Raw { stream }
    }

    /// One whose handshake is done.
    async fn dealer(server: &Running) -> Raw {
        let mut raw = server.connect().await;
        raw.shake_hands("DEALER").await;
        raw
    }
}

#[cfg(unix)]
impl Raw<tokio::net::UnixStream> {
    /// The same over a Unix socket, which keeps little of what is on its way.
    async fn dealer_over_ipc(server: &Running) -> Self {
        let path = server.address.strip_prefix("ipc://").unwrap();
        let stream = within(tokio::net::UnixStream::connect(path)).await.unwrap();
        let mut raw = Raw { stream };
        raw.shake_hands("DEALER").await;
        raw
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Raw<S> {
    async fn shake_hands(&mut self, socket_type: &str) {
        self.send(&greeting(1)).await;
        self.send(&ready(socket_type)).await;
        assert_eq!(self.receive(64).await, greeting(1));
        let (flags, body) = self.frame().await;
        assert_eq!(flags, 4);
        assert!(body.starts_with(b"\x05READY"), "{body:?}");
    }

    async fn send(&mut self, bytes: &[u8]) {
        within(self.stream.write_all(bytes)).await.unwrap();
    }

    async fn receive(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        within(self.stream.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// The next frame: its flags, and its body.
    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let flags = self.receive(1).await[0];
        let length = if flags & 2 == 0 {
            usize::from(self.receive(1).await[0])
        } else {
            let length = self.receive(8).await;
            u64::from_be_bytes(length.try_into().unwrap()) as usize
        };
        (flags & !2, self.receive(length).await)
    }

    /// The next message: its frames.
    async fn message(&mut self) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        loop {
            let (flags, body) = self.frame().await;
            if flags == 4 {
                continue; // a command
            }
            frames.push(body);
            if flags == 0 {
                return frames;
            }
        }
    }

    /// Waits for the connection to be closed, whatever comes before.
    async fn until_closed(&mut self) {
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _closed = within(self.stream.read_to_end(&mut rest)).await;
    }
}

fn greeting(minor: u8) -> Vec<u8> {
    let mut greeting = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01NULL".to_vec();
    greeting[11] = minor;
    greeting.resize(64, 0);
    greeting
}

fn ready(socket_type: &str) -> Vec<u8> {
    let mut body = b"\x05READY\x0bSocket-Type\0\0\0".to_vec();
    body.push(socket_type.len() as u8);
    body.extend_from_slice(socket_type.as_bytes());
    frame(4, &body)
}

fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
    let mut frame = match u8::try_from(body.len()) {
        Ok(length) => vec![flags, length],
        Err(_) => [&[flags | 2][..], &(body.len() as u64).to_be_bytes()].concat(),
    };
    frame.extend_from_slice(body);
    frame
}

/// A message as REQ sockets send it.
fn message(body: &str) -> Vec<u8> {
    [frame(1, b""), frame(0, body.as_bytes())].concat()
}

const ECHO: &str = r#"{"jsonrpc":"2.0","method":"echo","params":["hi"],"id":1}"#;
const ECHOED: &str = r#"{"jsonrpc":"2.0","result":"hi","id":1}"#;
const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;
