//! A server that is killed and started again, with calls under way all the time: each ends in time.

use std::io::Write;
use std::process::Stdio;

use rpc_core::CallError;
use rpc_zmq::ZmqError;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::*;
use crate::examples::path;

/// The server of `examples/zmq.rs`, in a process of its own.
async fn start(address: &str) -> (String, Child) {
    let mut process = Command::new(path("zmq"))
        .arg(address)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = within(lines.next_line()).await.unwrap().unwrap();
    let address = line.strip_prefix("listening on ").expect(&line).to_owned();
    (address, process)
}

#[derive(Default, Debug)]
struct Counts {
    calls: u64,
    answers: u64,
    /// The connection was lost when they had been sent.
    lost: u64,
    /// No server came within their timeout, and they were not sent.
    not_sent: u64,
    timeouts: u64,
    slowest: Duration,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.calls += other.calls;
        self.answers += other.answers;
        self.lost += other.lost;
        self.not_sent += other.not_sent;
        self.timeouts += other.timeouts;
        self.slowest = self.slowest.max(other.slowest);
    }
}

const TIMEOUT: Duration = Duration::from_millis(800);

/// A machine that is busy may let a task wait for that long.
const SLACK: Duration = Duration::from_millis(1500);

const WORKERS: i64 = 48;
const RESTARTS: usize = 5;

/// One call after the other.
async fn call(client: Client, worker: i64, over: Arc<std::sync::atomic::AtomicBool>) -> Counts {
    let mut counts = Counts::default();
    while !over.load(Ordering::SeqCst) {
        counts.calls += 1;
        let n = counts.calls as i64;
        let since = Instant::now();
        let call = client.call::<_, i64>("add", (worker, n));
        // What waits for longer than this hangs.
        match within(call).await {
            Ok(sum) => {
                assert_eq!(sum, worker + n, "the answer to another call");
                counts.answers += 1;
            }
            Err(CallError::Timeout(_)) => counts.timeouts += 1,
            Err(CallError::Transport(error)) => match error.downcast_ref() {
                Some(ZmqError::Lost(_)) => counts.lost += 1,
                Some(ZmqError::NotConnected(_)) => counts.not_sent += 1,
                _ => panic!("{error:?}"),
            },
            Err(other) => panic!("{other:?}"),
        }
        counts.slowest = counts.slowest.max(since.elapsed());
    }
    counts
}

async fn killed_and_restarted(address: &str, name: &str) {
    let (address, mut server) = start(address).await;
    let client = Client::builder().timeout(TIMEOUT).build(&address).unwrap();
    let over = Arc::default();
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| tokio::spawn(call(client.clone(), worker, Arc::clone(&over))))
        .collect();
    for restart in 0..RESTARTS {
        pause(400).await;
        server.kill().await.unwrap(); // SIGKILL
        // Once for longer than any call waits.
        pause(if restart == 2 { 1200 } else { 150 }).await;
        server = start(&address).await.1;
        let again = client
            .call::<_, i64>("add", (1, 2))
            .timeout(Duration::from_secs(10));
        assert_eq!(within(again).await.unwrap(), 3);
    }
    pause(400).await;
    over.store(true, Ordering::SeqCst);
    let mut counts = Counts::default();
    for worker in workers {
        counts.add(&within(worker).await.unwrap());
    }
    // Past the test's capture: how many there were is worth knowing when it passes, too.
    let line = format!("a server killed and restarted {RESTARTS} times, over {name}: {counts:?}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    let ended = counts.answers + counts.lost + counts.not_sent + counts.timeouts;
    assert_eq!(counts.calls, ended);
    assert!(counts.slowest <= TIMEOUT + SLACK, "{counts:?}");
    assert!(
        counts.answers > 100 && counts.lost > 0 && counts.not_sent > 0,
        "{counts:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_and_restarted_under_load_over_tcp() {
    killed_and_restarted(ANY_PORT, "tcp").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_and_restarted_under_load_over_ipc() {
    killed_and_restarted(&ipc_address(), "ipc").await;
}
