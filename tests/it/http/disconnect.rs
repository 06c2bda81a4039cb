//! Whatever has arrived whole is run to its end, and answered if anybody still reads. Clients here end their connections in
//! every way that TCP has.

use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::Router;

use super::*;

const SLEEP: &str = r#"{"jsonrpc":"2.0","method":"sleep","params":[20],"id":1}"#;
const SLEPT: &str = r#"{"jsonrpc":"2.0","result":20,"id":1}"#;
/// A notification whose method takes a moment.
const SLOW_NOTE: &str = r#"{"jsonrpc":"2.0","method":"sleep","params":[20]}"#;
const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;
const TIMES: usize = 300;

/// How a client ends its connection.
#[derive(Debug, Clone, Copy)]
enum End {
    /// `close()`.
    Close,
    /// `shutdown(SHUT_WR)`, and reads on.
    HalfClose,
    /// `close()` with SO_LINGER 0, which resets.
    Reset,
}

/// Sends a request and ends the connection in the same moment, without tokio, as fast as it goes. The stream is returned if it
/// is still to be read.
fn send_and_end(address: SocketAddr, request: &[u8], end: End) -> Option<std::net::TcpStream> {
    use std::io::Write;

    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let limit = Some(Duration::from_secs(60));
    stream.set_read_timeout(limit).unwrap();
    stream.write_all(request).unwrap();
    match end {
        End::Close => None,
        End::HalfClose => {
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            Some(stream)
        }
        End::Reset => {
            let socket = socket2::SockRef::from(&stream);
            socket.set_linger(Some(Duration::ZERO)).unwrap();
            None
        }
    }
}

/// All that a client can still read.
fn read_all(mut stream: std::net::TcpStream) -> String {
    let mut all = String::new();
    std::io::Read::read_to_string(&mut stream, &mut all).unwrap();
    all
}

/// What clients get who send this `times` times, one after the other, and end each connection in this way.
async fn many(address: SocketAddr, request: Vec<u8>, end: End, times: usize) -> Vec<String> {
    let clients = tokio::task::spawn_blocking(move || {
        let clients = (0..times).map(|_| send_and_end(address, &request, end));
        let open: Vec<_> = clients.collect();
        open.into_iter().flatten().map(read_all).collect()
    });
    tokio::time::timeout(Duration::from_secs(120), clients)
        .await
        .expect("it hangs")
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_half_closes_is_answered() {
    for routed in [false, true] {
        let (watch, endpoint) = watched();
        let server = match routed {
            false => running(endpoint).await,
            true => running(Router::new().route_service("/", endpoint)).await,
        };
        let answers = many(server.address, json(SLEEP), End::HalfClose, TIMES).await;
        let answered = answers.iter().filter(|it| it.ends_with(SLEPT)).count();
        let finished = watch.finished.load(Ordering::SeqCst);
        assert_eq!((answered, finished), (TIMES, TIMES), "answered, finished");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_client_that_is_gone_has_sent_runs_to_its_end() {
    for end in [End::Close, End::Reset] {
        for message in [SLEEP, SLOW_NOTE] {
            let (watch, endpoint) = watched();
            let server = running(endpoint).await;
            many(server.address, json(message), end, TIMES).await;
            let finished = || watch.finished.load(Ordering::SeqCst);
            let since = Instant::now();
            while finished() < TIMES && since.elapsed() < Duration::from_secs(20) {
                pause(5).await;
            }
            assert_eq!(finished(), TIMES, "finished, of {message} and {end:?}");
            assert_eq!(watch.cancelled.load(Ordering::SeqCst), 0);
        }
    }
}

#[tokio::test]
async fn pipelined_requests_before_a_half_close_are_all_answered() {
    let server = running(probe()).await;
    let requests = [json(SLEEP), json(ECHO), json(NOTE), json(SLEEP), json(ECHO)].concat();
    for _ in 0..20 {
        let mut raw = server.connect().await;
        raw.send(&requests).await;
        raw.stream.shutdown().await.unwrap();
        for expected in [SLEPT, ECHOED, "\r\n\r\n", SLEPT, ECHOED] {
            let response = raw.response().await;
            assert!(response.ends_with(expected), "{response}");
        }
        raw.until_closed().await;
    }
}

/// One that does not come in one piece with its head, of a known length or in chunks, and one in shorthand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn larger_messages_and_other_kinds_run_as_well() {
    let padding = " ".repeat(300_000);
    let long = format!("{SLEEP}{padding}");
    let mut chunked = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for piece in long.as_bytes().chunks(50_000) {
        chunked.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        chunked.extend_from_slice(piece);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    for request in [json(&long), chunked, json(r#"{"sleep":20}"#)] {
        let (watch, endpoint) = watched();
        let server = running(endpoint.shorthand(true)).await;
        let answers = many(server.address, request.clone(), End::HalfClose, 30).await;
        let answered = answers.iter().filter(|it| it.contains("200 OK")).count();
        assert_eq!(answered, 30);
        many(server.address, request, End::Close, 30).await;
        watch.until_finished(60).await;
        assert_eq!(watch.cancelled.load(Ordering::SeqCst), 0);
    }
}

/// More than the system's buffers hold.
#[tokio::test]
async fn a_client_that_half_closes_gets_all_of_a_large_reply() {
    const LENGTH: usize = 12 * 1024 * 1024;
    let server = running(probe()).await;
    let mut raw = server.connect().await;
    let big = format!(r#"{{"jsonrpc":"2.0","method":"big","params":[{LENGTH}],"id":1}}"#);
    raw.send(&json(&big)).await;
    raw.stream.shutdown().await.unwrap();
    pause(100).await;
    let response = raw.response().await;
    assert!(response.len() > LENGTH, "{}", response.len());
    raw.until_closed().await;
}

/// Half of a message is not one, and has no effect.
#[tokio::test]
async fn a_message_that_breaks_off_has_no_effect() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let whole = json(SLEEP);
    let chunked = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let piece = format!("{:x}\r\n{SLEEP}\r\n", SLEEP.len());
    let unfinished = [&chunked[..], piece.as_bytes()].concat();
    let halves = [&whole[..whole.len() - 1], &whole[..40], &unfinished];
    for half in halves {
        for end in [End::Close, End::HalfClose, End::Reset] {
            let answers = many(server.address, half.to_vec(), end, 20).await;
            let ran = answers.iter().filter(|it| it.contains("200 OK")).count();
            assert_eq!(ran, 0, "{answers:?}");
        }
    }
    // The server has seen all of them by now.
    assert_eq!(server.exchange(&json(SLEEP)).await, ok(SLEPT));
    assert_eq!(watch.started.load(Ordering::SeqCst), 1);
}

/// A half-closed connection is closed as soon as there is nothing left to say, and keeps no place.
#[tokio::test]
async fn a_half_closed_connection_does_not_stay() {
    let server = running(probe()).await;
    for said in [&b""[..], b"POST / HT", &json(ECHO)] {
        let mut raw = server.connect().await;
        raw.send(said).await;
        raw.stream.shutdown().await.unwrap();
        let since = Instant::now();
        let mut rest = Vec::new();
        within(raw.stream.read_to_end(&mut rest)).await.unwrap();
        assert!(since.elapsed() < Duration::from_secs(15));
    }
}

#[tokio::test]
async fn the_end_of_a_connection_does_not_cancel() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    drop(raw);
    pause(100).await;
    watch.gate.add_permits(1);
    watch.until_finished(1).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 0);

    // The same for all of a batch, those that have not begun among them.
    let batch = format!("[{}]", [GATE; 10].join(","));
    let mut raw = server.connect().await;
    raw.send(&json(&batch)).await;
    watch.until_started(2).await;
    drop(raw);
    pause(100).await;
    watch.gate.add_permits(10);
    watch.until_finished(11).await;
}

/// A router, served by axum itself, which knows nothing of our stop.
pub async fn axum_serves(endpoint: Endpoint<ProbeServer<Prober>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route_service("/", endpoint);
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

#[tokio::test]
async fn under_axum_a_call_goes_on_without_its_client() {
    let (watch, endpoint) = watched();
    let address = axum_serves(endpoint).await;
    let mut finished = 0;
    for message in [GATE, r#"{"jsonrpc":"2.0","method":"gate"}"#] {
        let mut raw = Raw::connect(address).await;
        raw.send(&json(message)).await;
        finished += 1;
        watch.until_started(finished).await;
        drop(raw);
        pause(100).await;
        watch.gate.add_permits(1);
        watch.until_finished(finished).await;
    }
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 0);
}

/// A server that stops waits for the calls of clients that have gone, as for all others.
#[tokio::test]
async fn a_stop_waits_for_calls_without_a_client() {
    for blocking in [false, true] {
        let (watch, endpoint) = watched();
        let mut server = running(endpoint).await;
        let message = match blocking {
            false => GATE,
            true => r#"{"jsonrpc":"2.0","method":"block","params":[1500],"id":1}"#,
        };
        let mut raw = server.connect().await;
        raw.send(&json(message)).await;
        watch.until_started(1).await;
        drop(raw);
        server.signal_stop();
        // Longer than connections without a request have left.
        pause(900).await;
        assert!(!server.task.is_finished(), "blocking: {blocking}");
        watch.gate.add_permits(1);
        server.until_stopped().await;
        assert_eq!(watch.finished.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn calls_without_a_client_are_broken_off_at_the_deadline() {
    let (watch, endpoint) = watched();
    let set_up = |it: Serve<_>| it.shutdown_deadline(Duration::from_millis(800));
    let mut server = running_with(endpoint, set_up).await;
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    drop(raw);
    let since = Instant::now();
    server.signal_stop();
    server.until_stopped().await;
    assert!((790..18000).contains(&since.elapsed().as_millis()));
    watch.until_cancelled(1).await;
}
