//! A server that is told to stop loses nothing that has reached it.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::*;

const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;
const THROUGH: &str = r#"{"jsonrpc":"2.0","result":"through","id":1}"#;

#[tokio::test]
async fn calls_in_flight_are_finished_and_new_connections_refused() {
    let (watch, endpoint) = watched();
    let mut server = running(endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    server.signal_stop();
    until(|| std::net::TcpStream::connect(server.address).is_err()).await;
    // Longer than connections without a request have left.
    pause(700).await;
    assert!(!server.task.is_finished());
    watch.gate.add_permits(1);
    assert_eq!(raw.response().await, last(ok(THROUGH)));
    raw.until_closed().await;
    drop(raw);
    server.until_stopped().await;
}

#[tokio::test]
async fn idle_connections_are_closed_soon() {
    let mut server = running(probe()).await;
    let mut fresh = server.connect().await;
    let mut used = server.connect().await;
    used.send(&json(ECHO)).await;
    assert_eq!(used.response().await, ok(ECHOED));
    let client = server.probe();
    within(client.echo("x")).await.unwrap();
    let since = Instant::now();
    server.signal_stop();
    fresh.until_closed().await;
    used.until_closed().await;
    drop((fresh, used));
    server.until_stopped().await;
    assert!(since.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_without_connections_stops_at_once() {
    let mut server = running(probe()).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    pause(50).await;
    let since = Instant::now();
    server.signal_stop();
    server.until_stopped().await;
    assert!(since.elapsed() < Duration::from_millis(400));
}

/// The client could not know of the signal when it sent this.
#[tokio::test]
async fn a_request_that_was_on_its_way_is_answered() {
    let mut server = running(probe()).await;
    let mut fresh = server.connect().await;
    let mut used = server.connect().await;
    used.send(&json(ECHO)).await;
    assert_eq!(used.response().await, ok(ECHOED));
    server.signal_stop();
    pause(100).await;
    for raw in [&mut fresh, &mut used] {
        raw.send(&json(ECHO)).await;
        assert_eq!(raw.response().await, last(ok(ECHOED)));
        raw.until_closed().await;
    }
    drop((fresh, used));
    server.until_stopped().await;
}

#[tokio::test]
async fn a_request_that_has_begun_is_answered() {
    let mut server = running(probe()).await;
    let request = json(ECHO);
    let mut begun = Vec::new();
    for earlier_requests in [0, 1] {
        for come in [1, 10, 60, request.len() - 1] {
            let mut raw = server.connect().await;
            for _ in 0..earlier_requests {
                raw.send(&json(ECHO)).await;
                assert_eq!(raw.response().await, ok(ECHOED));
            }
            raw.send(&request[..come]).await;
            begun.push((raw, come));
        }
    }
    pause(100).await;
    server.signal_stop();
    // Longer than connections without a request have left.
    pause(700).await;
    for (mut raw, come) in begun {
        raw.send(&request[come..]).await;
        assert_eq!(raw.response().await, last(ok(ECHOED)), "{come} had come");
        raw.until_closed().await;
    }
    server.until_stopped().await;
}

#[derive(Debug, PartialEq)]
enum Fate {
    Answered,
    Refused,
    /// The worst: accepted, and left without an answer.
    Dropped,
}

async fn try_one(address: SocketAddr) -> Fate {
    let Ok(mut stream) = TcpStream::connect(address).await else {
        return Fate::Refused;
    };
    if stream.write_all(&json(ECHO)).await.is_err() {
        return Fate::Dropped;
    }
    let mut raw = Raw {
        stream,
        rest: Vec::new(),
    };
    match raw.try_response().await {
        Some(response) if response.ends_with(ECHOED) => Fate::Answered,
        _ => Fate::Dropped,
    }
}

/// On one thread, so that no client connects between the server's last look into its queue and the queue's end, which
/// no server can help.
#[tokio::test(flavor = "current_thread")]
async fn of_200_clients_at_once_none_is_dropped() {
    let mut answered = 0;
    let mut refused = 0;
    for stop_after in [0, 1, 2, 3, 5, 8, 13] {
        let mut server = running(probe()).await;
        let address = server.address;
        let clients: Vec<_> = (0..200)
            .map(|client| {
                tokio::spawn(async move {
                    for _ in 0..client % 20 {
                        tokio::task::yield_now().await;
                    }
                    try_one(address).await
                })
            })
            .collect();
        for _ in 0..stop_after {
            tokio::task::yield_now().await;
        }
        server.signal_stop();
        for client in clients {
            match within(client).await.unwrap() {
                Fate::Answered => answered += 1,
                Fate::Refused => refused += 1,
                Fate::Dropped => panic!("dropped, where the stop came after {stop_after} turns"),
            }
        }
        server.until_stopped().await;
    }
    assert_eq!(answered + refused, 7 * 200);
    assert!(answered > 0, "all were refused");
    assert!(
        refused > 0,
        "none was refused, so the stop came too late to tell"
    );
}

/// They wait for a place, and get it when others are done.
#[tokio::test]
async fn connections_beyond_the_most_are_served_before_the_end() {
    let mut server = running_with(probe(), |it| it.max_connections(2)).await;
    let message = r#"{"jsonrpc":"2.0","method":"sleep","params":[50],"id":1}"#;
    let mut clients = Vec::new();
    for _ in 0..30 {
        let mut raw = server.connect().await;
        raw.send(&json(message)).await;
        clients.push(raw);
    }
    server.signal_stop();
    let answers = clients.into_iter().map(|mut raw| async move {
        let answer = raw.try_response().await;
        drop(raw);
        answer
    });
    let answers = within(futures_util::future::join_all(answers)).await;
    for answer in answers {
        let answer = answer.expect("dropped");
        assert!(answer.ends_with(r#""result":50,"id":1}"#), "{answer}");
    }
    server.until_stopped().await;
}

#[tokio::test]
async fn hanging_requests_are_broken_off_at_the_deadline() {
    let (watch, endpoint) = watched();
    let deadline = Duration::from_millis(300);
    let mut server = running_with(endpoint, |it| it.shutdown_deadline(deadline)).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    let mut half = server.connect().await;
    half.send(b"POST /").await;
    watch.until_started(1).await;
    let since = Instant::now();
    server.signal_stop();
    server.until_stopped().await;
    assert!(since.elapsed() >= deadline);
    assert!(since.elapsed() < Duration::from_secs(5));
    raw.until_closed().await;
    half.until_closed().await;
    watch.until_cancelled(1).await;
    assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn each_connection_that_is_broken_off_is_counted_once() {
    let log = crate::log::Log::capture();
    let (watch, endpoint) = watched();
    let deadline = Duration::from_millis(50);
    let mut server = running_with(endpoint, |it| it.shutdown_deadline(deadline)).await;
    let mut connections = [server.connect().await, server.connect().await];
    for raw in &mut connections {
        raw.send(&json(GATE)).await;
    }
    watch.until_started(2).await;
    server.signal_stop();
    server.until_stopped().await;
    let warnings = log.errors();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(" connections=2"), "{warnings:?}");
}

#[tokio::test]
async fn a_server_that_is_dropped_breaks_everything_off() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    server.task.abort();
    raw.until_closed().await;
    watch.until_cancelled(1).await;
    assert!(TcpStream::connect(server.address).await.is_err());
}

/// The client has gone, so that nothing but the server can wait for the method.
#[tokio::test]
async fn a_blocking_method_is_waited_for() {
    let (watch, endpoint) = watched();
    let mut server = running(endpoint).await;
    let mut raw = server.connect().await;
    let block = r#"{"jsonrpc":"2.0","method":"block","params":[1000],"id":1}"#;
    raw.send(&json(block)).await;
    watch.until_started(1).await;
    drop(raw);
    server.signal_stop();
    server.until_stopped().await;
    assert_eq!(watch.finished.load(Ordering::SeqCst), 1);
}
