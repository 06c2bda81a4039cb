//! A server that is told to stop loses nothing that it has taken.

use super::*;

#[tokio::test]
async fn calls_in_flight_are_finished_and_new_connections_refused() {
    let mut server = running().await;
    let probe = server.probe();
    let call = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    server.signal_stop();
    let address = server.address.strip_prefix("tcp://").unwrap().to_owned();
    until(|| std::net::TcpStream::connect(&address).is_err()).await;
    // Longer than messages are taken.
    pause(700).await;
    assert!(!server.task.is_finished());
    server.watch.gate.add_permits(1);
    assert_eq!(within(call).await.unwrap().unwrap(), "through");
    server.until_stopped().await;
}

#[tokio::test]
async fn a_large_reply_gets_there_whole() {
    let mut server = running().await;
    let mut raw = Raw::dealer(&server).await;
    let big = r#"{"jsonrpc":"2.0","method":"big","params":[8000000],"id":1}"#;
    raw.send(&message(big)).await;
    pause(300).await;
    server.signal_stop();
    pause(700).await;
    // The server does not read this any more.
    raw.send(&message(ECHO)).await;
    assert_eq!(raw.message().await[1].len(), 8_000_000 + 36);
    raw.until_closed().await;
    server.until_stopped().await;
}

#[tokio::test]
async fn a_message_that_was_on_its_way_is_answered() {
    let mut server = running().await;
    let mut raw = Raw::dealer(&server).await;
    server.signal_stop();
    pause(100).await;
    raw.send(&message(ECHO)).await;
    assert_eq!(raw.message().await, [b"", ECHOED.as_bytes()]);
    raw.until_closed().await;
    server.until_stopped().await;
}

#[tokio::test]
async fn a_server_without_connections_stops_at_once() {
    let mut server = running().await;
    let since = Instant::now();
    server.signal_stop();
    server.until_stopped().await;
    assert!(since.elapsed() < Duration::from_millis(400));
}

#[tokio::test]
async fn unfinished_calls_are_broken_off_at_the_deadline() {
    let set_up = |serve: Serve<_>| serve.shutdown_deadline(Duration::from_millis(800));
    let mut server = running_with(ANY_PORT, set_up).await;
    let probe = server.probe();
    let call = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    let watch = Arc::clone(&server.watch);
    let since = Instant::now();
    server.signal_stop();
    server.until_stopped().await;
    assert!((790..3000).contains(&since.elapsed().as_millis()));
    watch.until_cancelled(1).await;
    within(call).await.unwrap().unwrap_err();
}

#[tokio::test]
async fn everything_ends_with_the_servers_future() {
    let server = running().await;
    let mut raw = Raw::dealer(&server).await;
    let probe = server.probe();
    let call = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    let watch = Arc::clone(&server.watch);
    server.kill().await;
    raw.until_closed().await;
    watch.until_cancelled(1).await;
    within(call).await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_unix_socket_is_removed_with_its_server() {
    let path = socket_path();
    let address = format!("ipc://{}", path.display());
    let mut server = running_with(&address, |serve| serve).await;
    assert!(path.exists());
    let taken = bind(&address).await.unwrap_err();
    assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
    server.signal_stop();
    server.until_stopped().await;
    assert!(!path.exists());
}

/// As a server leaves it that is killed.
#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_that_was_left_behind_is_replaced() {
    let path = socket_path();
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let address = format!("ipc://{}", path.display());
    let server = running_with(&address, |serve| serve).await;
    assert_eq!(within(server.probe().echo("x")).await.unwrap(), "x");
    drop(server.kill().await);
    std::fs::write(&path, "no socket").unwrap();
    bind(&address).await.unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), b"no socket");
    std::fs::remove_file(&path).unwrap();
}

/// Until then it is there, and says so.
#[tokio::test]
async fn a_server_that_finishes_its_calls_answers_pings() {
    let mut server = running().await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(GATE)).await;
    server.watch.until_started(1).await;
    server.signal_stop();
    // Longer than messages are taken.
    pause(700).await;
    raw.send(&message(ECHO)).await;
    raw.send(&frame(4, b"\x04PING\0\0context")).await;
    assert_eq!(raw.frame().await, (4, b"\x04PONGcontext".to_vec()));
    server.watch.gate.add_permits(1);
    let answer = raw.message().await;
    assert!(answer[1].ends_with(br#""result":"through","id":1}"#));
    raw.until_closed().await;
    server.until_stopped().await;
}

#[tokio::test]
async fn a_client_waits_for_a_server_that_finishes_its_calls() {
    let mut server = running().await;
    let client = Client::builder().heartbeat(Duration::from_secs(1));
    let probe = ProbeClient::new(client.build(&server.address).unwrap());
    let call = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    server.signal_stop();
    pause(4000).await;
    server.watch.gate.add_permits(1);
    assert_eq!(within(call).await.unwrap().unwrap(), "through");
    drop(probe);
    server.until_stopped().await;
}

/// A client that connects and says nothing has ten seconds otherwise.
#[tokio::test]
async fn a_connection_amid_its_handshake_does_not_hold_up_the_end() {
    let mut server = running().await;
    let mut raw = server.connect().await;
    raw.receive(64).await;
    let since = Instant::now();
    server.signal_stop();
    raw.until_closed().await;
    server.until_stopped().await;
    assert!(since.elapsed() < Duration::from_secs(5));
}

/// The system has accepted them, and no client can know that the server has not. All that they say is there already.
#[tokio::test(flavor = "current_thread")]
async fn connections_that_wait_to_be_accepted_are_served() {
    use std::io::{Read, Write};

    let mut server = running().await;
    let address = server.address.strip_prefix("tcp://").unwrap().to_owned();
    let said = [greeting(1), ready("DEALER"), message(ECHO)].concat();
    // Without tokio, and on one thread: the server has no turn to accept them.
    let mut clients: Vec<_> = (0..20)
        .map(|_| std::net::TcpStream::connect(&address).unwrap())
        .collect();
    for client in &mut clients {
        client.write_all(&said).unwrap();
    }
    server.signal_stop();
    server.until_stopped().await;
    for client in &mut clients {
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.ends_with(ECHOED.as_bytes()), "{answer:?}");
    }
}

/// Closed while bytes still come, the connection would be reset, and the reply lost.
#[tokio::test]
async fn a_client_that_goes_on_sending_gets_its_reply() {
    let mut server = running().await;
    let mut raw = Raw::dealer(&server).await;
    let big = r#"{"jsonrpc":"2.0","method":"big","params":[100000],"id":1}"#;
    raw.send(&message(big)).await;
    // Its reply is in the client's buffer now.
    within(raw.stream.readable()).await.unwrap();
    server.signal_stop();
    let since = Instant::now();
    // Longer than the grace, and longer than a silent client is listened to.
    while since.elapsed() < Duration::from_millis(2500) {
        raw.send(&message(ECHO)[..4]).await;
        pause(50).await;
    }
    assert_eq!(raw.message().await[1].len(), 100_000 + 36);
    drop(raw);
    server.until_stopped().await;
}
