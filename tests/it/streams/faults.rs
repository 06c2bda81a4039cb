//! Killed processes, a network that drops everything, clients that read nothing, and a server that stops with a thousand streams.
//! Every call and stream ends in a way that has a name, and the counts add up.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use rpc_core::{CallError, Client, Execution, Transport, code};
use rpc_http::server::{endpoint, serve};
use rpc_http::ws;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::feed::{FeedClient, FeedServer, LIMIT, Source, until};
use super::over_websocket::Running;

/// Tells a child process what it is to be, and where.
const ROLE: &str = "RPC_TEST_FAULTS";

const CLIENTS: usize = 4;
const STREAMS: usize = 20;
const CALLERS: usize = 20;
const WAITING: usize = 4;

/// Not a test: what the child processes run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_process() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let (role, address) = role.split_once(' ').unwrap();
    match role {
        "client" => {
            let feed = FeedClient::new(ws::Client::new(address).unwrap());
            let streams = (0..STREAMS).map(|_| feed.silent().into_future());
            let _streams = join_all(streams).await;
            join_all((0..WAITING).map(|_| feed.gate().into_future())).await;
        }
        server => {
            let listener = TcpListener::bind(address).await.unwrap();
            println!("listening on {}", listener.local_addr().unwrap());
            let feed = FeedServer::new(Source::default());
            match server {
                "websocket" => serve(listener, endpoint(feed)).await.unwrap(),
                _ => rpc_stream::serve(listener, feed).await.unwrap(),
            }
        }
    }
}

fn child(role: &str, address: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let test = "streams::faults::child_process";
    command.args(["--exact", test, "--nocapture", "--quiet"]);
    command.env(ROLE, format!("{role} {address}"));
    command.stdout(Stdio::piped()).kill_on_drop(true);
    command.spawn().unwrap()
}

/// A server in another process.
async fn server(role: &str, address: &str) -> (Child, SocketAddr) {
    let mut server = child(role, address);
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let address = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("an address");
            if let Some((_, address)) = line.split_once("listening on ") {
                break address.parse().unwrap();
            }
        }
    };
    let address = tokio::time::timeout(LIMIT, address).await.unwrap();
    (server, address)
}

/// What became of what was asked.
#[derive(Default)]
struct Counts {
    items: AtomicUsize,
    asked: AtomicUsize,
    answered: AtomicUsize,
    not_run: AtomicUsize,
    maybe_run: AtomicUsize,
    cut_streams: AtomicUsize,
}

impl Counts {
    fn add(&self, count: &AtomicUsize) {
        count.fetch_add(1, Ordering::SeqCst);
    }

    fn of(&self, count: &AtomicUsize) -> usize {
        count.load(Ordering::SeqCst)
    }

    fn lost(&self, error: &CallError) {
        assert!(!matches!(error, CallError::Object(_)), "{error}");
        match error.execution() {
            Execution::NotRun => self.add(&self.not_run),
            Execution::MaybeRun => self.add(&self.maybe_run),
            Execution::Ran => panic!("{error}"),
        }
    }
}

/// Streams and calls, until the connection is lost.
fn load<T: Transport>(clients: &[Client<T>], counts: &Arc<Counts>) -> Vec<JoinHandle<()>>
where
    Client<T>: Clone + Send + Sync + 'static,
{
    let mut tasks = Vec::new();
    for client in clients {
        let feed = || FeedClient::new(client.clone());
        for _ in 0..STREAMS {
            let (feed, counts) = (feed(), Arc::clone(counts));
            tasks.push(tokio::spawn(async move {
                let mut items = feed.endless("x").await.unwrap();
                while let Ok(item) = items.next().await.expect("not a clean end") {
                    assert_eq!(item, "x");
                    counts.add(&counts.items);
                }
                assert!(items.next().await.is_none());
                counts.add(&counts.cut_streams);
            }));
        }
        for _ in 0..CALLERS {
            let (feed, counts) = (feed(), Arc::clone(counts));
            tasks.push(tokio::spawn(async move {
                loop {
                    counts.add(&counts.asked);
                    match feed.echo("y").await {
                        Ok(echoed) => assert_eq!(echoed, "y"),
                        Err(error) => return counts.lost(&error),
                    }
                    counts.add(&counts.answered);
                }
            }));
        }
        for _ in 0..WAITING {
            let (feed, counts) = (feed(), Arc::clone(counts));
            tasks.push(tokio::spawn(async move {
                counts.add(&counts.asked);
                let error = feed.gate().await.unwrap_err();
                assert_eq!(error.execution(), Execution::MaybeRun, "{error}");
                counts.lost(&error);
            }));
        }
    }
    tasks
}

/// Waits until the load is heavy, does something, and checks that everything ends.
async fn all_end_after<T: Transport>(clients: &[Client<T>], harm: impl AsyncFnOnce())
where
    Client<T>: Clone + Send + Sync + 'static,
{
    let counts = Arc::new(Counts::default());
    let tasks = load(clients, &counts);
    until(|| counts.of(&counts.items) > 5_000 && counts.of(&counts.answered) > 1_000).await;
    harm().await;
    for ended in tokio::time::timeout(LIMIT, join_all(tasks)).await.unwrap() {
        ended.unwrap();
    }
    assert_eq!(counts.of(&counts.cut_streams), CLIENTS * STREAMS);
    let lost = counts.of(&counts.not_run) + counts.of(&counts.maybe_run);
    assert_eq!(lost, CLIENTS * (CALLERS + WAITING));
    assert_eq!(counts.of(&counts.asked), counts.of(&counts.answered) + lost);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_websocket_server_is_killed_under_load() {
    let (server, address) = server("websocket", "127.0.0.1:0").await;
    let client = || ws::Client::new(format!("ws://{address}/")).unwrap();
    killed_and_started_again("websocket", server, address, client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_lines_is_killed_under_load() {
    let (server, address) = server("lines", "127.0.0.1:0").await;
    let client = || rpc_stream::Client::new(format!("tcp://{address}")).unwrap();
    killed_and_started_again("lines", server, address, client).await;
}

async fn killed_and_started_again<T: Transport>(
    role: &str,
    mut child: Child,
    address: SocketAddr,
    client: impl Fn() -> Client<T>,
) where
    Client<T>: Clone + Send + Sync + 'static,
{
    let clients = [(); CLIENTS].map(|()| client());
    all_end_after(&clients, async || child.kill().await.unwrap()).await;
    let (_again, _) = server(role, &address.to_string()).await;
    for client in clients {
        let feed = FeedClient::new(client);
        let echoed = async {
            loop {
                match feed.echo("z").await {
                    Ok(echoed) => break echoed,
                    Err(error) => assert!(error.is_transport(), "{error}"),
                }
            }
        };
        assert_eq!(tokio::time::timeout(LIMIT, echoed).await.unwrap(), "z");
    }
}

#[tokio::test]
async fn a_killed_client_leaves_nothing_behind() {
    let server = Running::start(|endpoint| endpoint).await;
    let mut client = child("client", &server.url());
    server.watch.until_opened(STREAMS + WAITING).await;
    client.kill().await.unwrap();
    server.watch.until_all_dropped().await;
}

/// A network that can stop delivering, while all connections stay open.
struct Network {
    address: SocketAddr,
    is_dead: Arc<AtomicBool>,
    died: Arc<Notify>,
}

impl Network {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = Network {
            address: listener.local_addr().unwrap(),
            is_dead: Arc::default(),
            died: Arc::default(),
        };
        let (is_dead, died) = (Arc::clone(&network.is_dead), Arc::clone(&network.died));
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (is_dead, died) = (Arc::clone(&is_dead), Arc::clone(&died));
                tokio::spawn(async move {
                    let (mut client, mut server) =
                        (client, TcpStream::connect(server).await.unwrap());
                    let dies = died.notified();
                    if !is_dead.load(Ordering::SeqCst) {
                        tokio::select! {
                            _ended = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
                            () = dies => {}
                        }
                    }
                    let _held_open = (client, server);
                    std::future::pending::<()>().await;
                });
            }
        });
        network
    }

    fn die(&self) {
        self.is_dead.store(true, Ordering::SeqCst);
        self.died.notify_waiters();
    }
}

/// Only pings tell that nobody is there any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ends_notice_a_network_that_swallows_everything() {
    let ping = Duration::from_secs(1);
    let server = Running::start(|endpoint| endpoint.ping_interval(ping)).await;
    let network = Network::to(server.address).await;
    let client = || {
        // Calls that were not sent wait for a new connection for this long.
        let client = ws::Client::builder()
            .timeout(Duration::from_secs(10))
            .ping_interval(ping);
        client.build(format!("ws://{}/", network.address)).unwrap()
    };
    let clients = [(); CLIENTS].map(|()| client());
    all_end_after(&clients, async || network.die()).await;
    server.watch.until_all_dropped().await;
}

const READERS: usize = 1_000;

/// What each of them may cost the server, in bytes: 64 KiB of items, as much again while it is written, and buffers that are up to
/// twice as large as what is in them.
const COST: usize = 384 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_websockets_that_are_not_read_cost_little_and_slow_nobody_down() {
    let (server, address) = server("websocket", "127.0.0.1:0").await;
    let client = ws::Client::new(format!("ws://{address}/")).unwrap();
    unread(&server, address, client, |request| {
        let handshake = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        // A text of more than 125 bytes, masked with zeros.
        let length = u16::try_from(request.len()).unwrap().to_be_bytes();
        let head = [0x81, 0xfe, length[0], length[1], 0, 0, 0, 0];
        [handshake.as_bytes(), &head, request].concat()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_sockets_that_are_not_read_cost_little_and_slow_nobody_down() {
    let (server, address) = server("lines", "127.0.0.1:0").await;
    let client = rpc_stream::Client::new(format!("tcp://{address}")).unwrap();
    unread(&server, address, client, |request| {
        [request, b"\n"].concat()
    })
    .await;
}

async fn unread<T: Transport>(
    server: &Child,
    address: SocketAddr,
    client: Client<T>,
    bytes: impl Fn(&[u8]) -> Vec<u8>,
) {
    allow_many_sockets();
    let feed = FeedClient::new(client);
    feed.echo("before").await.unwrap();
    let before = memory(server);
    let text = "x".repeat(500);
    let request =
        format!(r#"{{"jsonrpc":"2.0","method":"feed.endless","params":["{text}"],"id":1}}"#);
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let mut reader = TcpStream::connect(address).await.unwrap();
        reader.write_all(&bytes(request.as_bytes())).await.unwrap();
        readers.push(reader);
    }
    for reader in &readers {
        let readable = tokio::time::timeout(LIMIT, reader.readable()).await;
        readable.expect("the stream is open").unwrap();
    }
    let mut last = 0;
    let settled = async {
        loop {
            for _ in 0..100 {
                assert_eq!(feed.echo("meanwhile").await.unwrap(), "meanwhile");
            }
            let now = memory(server);
            if now <= last + 64 * 1024 {
                break now;
            }
            last = now;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let after = tokio::time::timeout(LIMIT, settled)
        .await
        .expect("it settles");
    let each = after.saturating_sub(before) / READERS;
    assert!(each < COST, "each costs {each} bytes");
    // They are streams still.
    let mut start = [0; 1000];
    for reader in &mut readers {
        assert!(reader.read(&mut start).await.unwrap() > 0);
    }
}

/// The memory of a process that is not swapped out, in bytes.
fn memory(process: &Child) -> usize {
    let status = format!("/proc/{}/status", process.id().unwrap());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<usize>().unwrap() * 1024
}

/// Both this process and its children need a socket for each reader.
fn allow_many_sockets() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let current = maximum;
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_idle_streams_do_not_delay_a_stop() {
    let mut server = Running::start(|endpoint| endpoint).await;
    let feeds = [(); 4].map(|()| FeedClient::new(server.client()));
    let mut streams = Vec::new();
    for feed in &feeds {
        let opened = join_all((0..250).map(|_| feed.silent().into_future())).await;
        streams.extend(opened.into_iter().map(Result::unwrap));
    }
    server.stop();
    for stream in &mut streams {
        let ended = tokio::time::timeout(LIMIT, stream.next()).await.unwrap();
        let ended = ended.expect("not a clean end").unwrap_err();
        assert_eq!(ended.object().unwrap().code(), code::SERVER_CANCELLED);
    }
    server.until_stopped().await;
}
