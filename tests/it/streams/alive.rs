//! Whether TCP watches the other end of an idle connection, as the system itself tells it. The peer is there: one that has gone
//! silently takes a network that swallows packets, and so rights that tests don't have.

use std::net::SocketAddr;
use std::time::Duration;

use rpc_stream::Client;

use super::feed::{FeedClient, until};
use super::over_sockets::Running;

/// What the system says about a socket's timer.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Timer {
    Off,
    /// The peer is probed after so long, unless it says something.
    Probe(Duration),
    /// Something was sent just now, and is not confirmed yet.
    Sending,
}

/// The timers of the one connection to this server: of the server's socket, and of the client's. See `proc_pid_net(5)`.
fn timers(server: SocketAddr) -> [Timer; 2] {
    let SocketAddr::V4(server) = server else {
        panic!("{server} is not of IPv4")
    };
    // The address as the machine stores it.
    let address = u32::from_ne_bytes(server.ip().octets());
    let server = format!("{address:08X}:{:04X}", server.port());

    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let lines: Vec<Vec<&str>> = sockets
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    const ESTABLISHED: &str = "01";
    let [local, remote, state, timer_shown] = [1, 2, 3, 5];
    [local, remote].map(|end| {
        let mut lines = lines.iter();
        let socket = lines.find(|line| line[end] == server && line[state] == ESTABLISHED);
        timer(socket.expect("a connection")[timer_shown])
    })
}

fn timer(shown: &str) -> Timer {
    let (kind, after) = shown.split_once(':').unwrap();
    // In hundredths of a second, on every machine.
    let after = 10 * u64::from_str_radix(after, 16).unwrap();
    match kind {
        "00" => Timer::Off,
        "02" => Timer::Probe(Duration::from_millis(after)),
        _ => Timer::Sending,
    }
}

/// The timers of a connection on which nothing is under way, with these times at the server and at the client.
async fn idle(at_server: Duration, at_client: Duration) -> [Timer; 2] {
    let server = Running::start(|server| server.keep_alive(at_server)).await;
    let client = Client::builder().keep_alive(at_client);
    let client = client.build(format!("tcp://{}", server.address)).unwrap();
    let feed = FeedClient::new(client);
    assert_eq!(feed.echo("x").await.unwrap(), "x");
    until(|| !timers(server.address).contains(&Timer::Sending)).await;
    timers(server.address)
}

const SHORT: Duration = Duration::from_secs(1_000);
const LONG: Duration = Duration::from_secs(2_000);

#[tokio::test]
async fn each_end_has_the_other_probed_after_its_own_time() {
    let is_short = |timer| matches!(timer, Timer::Probe(after) if after <= SHORT);
    let is_long = |timer| matches!(timer, Timer::Probe(after) if after > SHORT && after <= LONG);
    let [server, client] = idle(LONG, SHORT).await;
    assert!(is_long(server) && is_short(client), "{server:?} {client:?}");
    let [server, client] = idle(SHORT, LONG).await;
    assert!(is_short(server) && is_long(client), "{server:?} {client:?}");
}

#[tokio::test]
async fn with_zero_nobody_is_probed() {
    assert_eq!(idle(Duration::ZERO, Duration::ZERO).await, [Timer::Off; 2]);
}
