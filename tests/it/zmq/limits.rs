//! What clients can do to our server, and can't.

use super::*;

const SOON: Duration = Duration::from_millis(200);

/// What a client says, and the limit that ends the connection.
async fn closes(
    set_up: impl FnOnce(Serve<ProbeServer<Prober>>) -> Serve<ProbeServer<Prober>>,
    said: &[u8],
) {
    let server = running_with(ANY_PORT, set_up).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(said).await;
    let since = Instant::now();
    raw.until_closed().await;
    assert!(since.elapsed() < Duration::from_secs(5));
    assert_eq!(within(server.probe().echo("x")).await.unwrap(), "x");
}

#[tokio::test]
async fn an_announcement_of_100_gigabytes() {
    for flags in [2, 3, 6] {
        let header = [&[flags][..], &100_000_000_000_u64.to_be_bytes()].concat();
        closes(|serve| serve, &header).await;
    }
}

#[tokio::test]
async fn a_message_over_the_limit() {
    let large = message(&"x".repeat(2000));
    closes(|serve| serve.max_message(2000 - 1), &large).await;
    let server = running_with(ANY_PORT, |serve| serve.max_message(2000)).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&large).await;
    assert_eq!(raw.message().await.len(), 2);
}

#[tokio::test]
async fn frames_without_an_end() {
    closes(|serve| serve, &frame(1, b"x").repeat(1000)).await;
    let server = running().await;
    let mut raw = Raw::dealer(&server).await;
    let half_a_mebibyte = frame(1, &vec![0; 512 * 1024]);
    // The connection may be closed before all is sent.
    for _ in 0..10 {
        if raw.stream.write_all(&half_a_mebibyte).await.is_err() {
            break;
        }
    }
    raw.until_closed().await;
}

#[tokio::test]
async fn invalid_flags_and_commands() {
    for said in [&[8_u8, 0][..], &[5, 0], &[4, 0], b"\x04\x05\x04PING"] {
        closes(|serve| serve, said).await;
    }
}

#[tokio::test]
async fn silence_and_half_a_greeting() {
    let server = running_with(ANY_PORT, |serve| serve.handshake_timeout(SOON)).await;
    let half = &greeting(1)[..32];
    let late = greeting(1);
    for said in [&b""[..], half, &late] {
        let mut raw = server.connect().await;
        raw.send(said).await;
        let since = Instant::now();
        raw.until_closed().await;
        assert!((190..5000).contains(&since.elapsed().as_millis()));
    }
}

/// Each byte does not put the deadline off.
#[tokio::test]
async fn a_greeting_that_drips() {
    let server = running_with(ANY_PORT, |serve| serve.handshake_timeout(SOON)).await;
    let mut raw = server.connect().await;
    let since = Instant::now();
    for byte in greeting(1) {
        pause(20).await;
        if raw.stream.write_all(&[byte]).await.is_err() {
            break;
        }
    }
    raw.until_closed().await;
    assert!(since.elapsed() < Duration::from_millis(64 * 20 + 2000));
    assert_eq!(within(server.probe().echo("x")).await.unwrap(), "x");
}

#[tokio::test]
async fn others_than_zeromq_are_told_at_once() {
    let server = running().await;
    let mut raw = server.connect().await;
    raw.send(b"GET / HTTP/1.1\r\n\r\n").await;
    let since = Instant::now();
    raw.until_closed().await;
    assert!(since.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn sockets_that_do_not_fit_are_told_so() {
    let server = running().await;
    for socket_type in ["PUB", "REP", "", "DEALER2"] {
        let mut raw = server.connect().await;
        raw.send(&greeting(1)).await;
        raw.send(&ready(socket_type)).await;
        raw.receive(64).await;
        raw.frame().await;
        let (flags, body) = raw.frame().await;
        assert_eq!(
            (flags, &body[..]),
            (4, &b"\x05ERROR\x13Invalid socket type"[..])
        );
        raw.until_closed().await;
    }
}

#[tokio::test]
async fn a_message_that_drips() {
    let server = running_with(ANY_PORT, |serve| serve.message_timeout(SOON)).await;
    for begun in [&b"\x01"[..], b"\x01\0", b"\x01\0\0\x05ab", b"\x04"] {
        let mut raw = Raw::dealer(&server).await;
        raw.send(&message(ECHO)).await;
        raw.message().await;
        // A connection without a message may be silent for longer than that.
        pause(300).await;
        raw.send(begun).await;
        let since = Instant::now();
        raw.until_closed().await;
        assert!(
            (190..5000).contains(&since.elapsed().as_millis()),
            "{begun:?}"
        );
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_that_is_used_is_not() {
    let server = running_with(ANY_PORT, |serve| serve.idle_timeout(5 * SOON)).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(
        r#"{"jsonrpc":"2.0","method":"sleep","params":[1500],"id":1}"#,
    ))
    .await;
    assert_eq!(raw.message().await.len(), 2, "a call under way is use");
    for _ in 0..3 {
        pause(200).await;
        // A PING does not count.
        raw.send(&frame(4, b"\x04PING\0\0")).await;
        raw.send(&message(ECHO)).await;
        raw.message().await;
    }
    let used = Instant::now();
    let ping = frame(4, b"\x04PING\0\0");
    while raw.stream.write_all(&ping).await.is_ok() {
        pause(50).await;
        assert!(used.elapsed() < Duration::from_secs(10));
    }
    assert!(used.elapsed() >= Duration::from_millis(950));
}

#[tokio::test]
async fn a_silent_client_is_asked_and_then_given_up() {
    let server = running_with(ANY_PORT, |serve| serve.heartbeat(2 * SOON)).await;
    let mut raw = Raw::dealer(&server).await;
    let since = Instant::now();
    for _ in 0..3 {
        assert_eq!(raw.frame().await, (4, b"\x04PING\0\0".to_vec()));
        raw.send(&frame(4, b"\x04PONG")).await;
    }
    assert!(since.elapsed() >= 6 * SOON);
    assert_eq!(raw.frame().await, (4, b"\x04PING\0\0".to_vec()));
    raw.until_closed().await;
    assert!((1950..8000).contains(&since.elapsed().as_millis()));
}

#[tokio::test]
async fn a_client_of_version_3_0_is_never_asked() {
    let server = running_with(ANY_PORT, |serve| serve.heartbeat(SOON)).await;
    let mut raw = server.connect().await;
    raw.send(&greeting(0)).await;
    raw.send(&ready("REQ")).await;
    raw.receive(64).await;
    raw.frame().await;
    pause(700).await;
    raw.send(&message(ECHO)).await;
    assert_eq!(raw.frame().await, (1, Vec::new()));
}

#[tokio::test]
async fn a_ping_is_answered_with_its_context() {
    let server = running().await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&frame(4, b"\x04PING\0\x01context")).await;
    assert_eq!(raw.frame().await, (4, b"\x04PONGcontext".to_vec()));
}

#[tokio::test]
async fn messages_over_the_bound_are_not_read() {
    type SetUp = fn(Serve<ProbeServer<Prober>>) -> Serve<ProbeServer<Prober>>;
    let set_ups: [SetUp; 2] = [
        // A connection gets half of them.
        |serve| serve.max_in_flight(8),
        |serve| serve.max_in_flight_per_connection(4),
    ];
    for set_up in set_ups {
        let server = running_with(ANY_PORT, set_up).await;
        let mut raw = Raw::dealer(&server).await;
        raw.send(&message(GATE).repeat(20)).await;
        server.watch.until_started(4).await;
        pause(200).await;
        assert_eq!(server.watch.started.load(Ordering::SeqCst), 4);
        for _ in 0..20 {
            server.watch.gate.add_permits(1);
            assert_eq!(raw.message().await.len(), 2);
            assert!(server.watch.started.load(Ordering::SeqCst) <= 24);
        }
    }
}

#[tokio::test]
async fn one_connection_does_not_take_the_places_of_all() {
    let server = running_with(ANY_PORT, |serve| serve.max_in_flight_per_connection(4)).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(GATE).repeat(2000)).await;
    server.watch.until_started(4).await;
    assert_eq!(within(server.probe().echo("x")).await.unwrap(), "x");
}

/// They could have taken all places between them.
#[tokio::test]
async fn a_few_connections_with_many_slow_calls_do_not_starve_another() {
    let server = running().await;
    let mut greedy = Vec::new();
    for _ in 0..5 {
        let mut raw = Raw::dealer(&server).await;
        raw.send(&message(GATE).repeat(1000)).await;
        greedy.push(raw);
    }
    server.watch.until_started(800).await;
    pause(200).await;
    let probe = server.probe();
    for _ in 0..20 {
        assert_eq!(within(probe.echo("x")).await.unwrap(), "x");
    }
    // Whoever waits gets a place in the end.
    server.watch.gate.add_permits(5000);
    server.watch.until_finished(5000).await;
}

#[tokio::test]
async fn connections_over_the_bound_wait() {
    let server = running_with(ANY_PORT, |serve| serve.max_connections(2)).await;
    let one = Raw::dealer(&server).await;
    let _two = Raw::dealer(&server).await;
    let mut three = server.connect().await;
    three.send(&greeting(1)).await;
    let early = tokio::time::timeout(Duration::from_millis(200), three.receive(1));
    assert!(early.await.is_err());
    drop(one);
    assert_eq!(three.receive(64).await, greeting(1));
}

/// A peer that asks, and does not take the answers.
#[tokio::test]
async fn a_client_that_takes_no_replies_is_disconnected() {
    let server = running_with(ANY_PORT, |serve| serve.write_timeout(SOON)).await;
    let mut raw = Raw::dealer(&server).await;
    let big = r#"{"jsonrpc":"2.0","method":"big","params":[20000000],"id":1}"#;
    raw.send(&message(big)).await;
    // The reply has begun.
    raw.receive(1).await;
    pause(1500).await;
    let mut taken = Vec::new();
    let _or_reset = within(raw.stream.read_to_end(&mut taken)).await;
    assert!(taken.len() < 20_000_000, "{}", taken.len());
}

#[tokio::test]
async fn pings_without_end_and_no_reading() {
    let server = running_with(ANY_PORT, |serve| serve.write_timeout(SOON)).await;
    let mut raw = Raw::dealer(&server).await;
    let pings = frame(4, b"\x04PING\0\0sixteen bytes...").repeat(1000);
    let flooding = async { while raw.stream.write_all(&pings).await.is_ok() {} };
    within(flooding).await;
    assert_eq!(within(server.probe().echo("x")).await.unwrap(), "x");
}

/// The sender of a notification has no reason to stay.
#[tokio::test]
async fn calls_of_a_client_that_has_gone_run_to_their_end() {
    let server = running().await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(
        r#"{"jsonrpc":"2.0","method":"sleep","params":[300]}"#,
    ))
    .await;
    server.watch.until_started(1).await;
    drop(raw);
    server.watch.until_finished(1).await;
    assert_eq!(server.watch.cancelled.load(Ordering::SeqCst), 0);
}

/// A call that is to be cancelled then is dropped, and one that is still to be read does not begin. Notifications run.
#[tokio::test]
async fn calls_that_their_client_has_given_up_are_dropped() {
    const FRAIL: &str = r#"{"jsonrpc":"2.0","method":"frail","id":1}"#;
    let set_up = |serve: Serve<_>| serve.max_in_flight_per_connection(2);
    let server = running_with(ANY_PORT, set_up).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&[message(FRAIL).repeat(2), message(GATE).repeat(2)].concat())
        .await;
    server.watch.until_started(2).await;
    raw.send(&message(FRAIL).repeat(10)).await;
    raw.send(&message(crate::http::NOTE).repeat(3)).await;
    drop(raw);
    // It learns of the end when it can't write any more, or has read everything.
    server.watch.until_cancelled(2).await;
    server.watch.gate.add_permits(2);
    server.watch.until_finished(5).await;
    assert_eq!(server.watch.started.load(Ordering::SeqCst), 7);
}

/// Its replies can't be written any more, and there is more to be read.
#[tokio::test]
async fn notifications_of_a_client_that_has_gone_are_run() {
    let server = running().await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(crate::http::NOTE).repeat(2000)).await;
    drop(raw);
    server.watch.until_finished(2000).await;
}

/// It closes with the replies unread, so that the system resets the connection. What has reached the server is still read.
#[tokio::test]
async fn notifications_before_a_reset_are_run() {
    let server = running().await;
    for times in 1..=20 {
        let mut raw = Raw::dealer(&server).await;
        raw.send(&message(ECHO)).await;
        within(raw.stream.readable()).await.unwrap();
        raw.send(&message(crate::http::NOTE).repeat(50)).await;
        drop(raw);
        server.watch.until_finished(50 * times).await;
    }
}

/// Commands may stand between the frames of a message, and do not put its deadline off.
#[tokio::test]
async fn a_message_that_drips_among_commands() {
    let server = running_with(ANY_PORT, |serve| serve.message_timeout(2 * SOON)).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&frame(1, b"")).await;
    let since = Instant::now();
    let ping = frame(4, b"\x04PING\0\0");
    while raw.stream.write_all(&ping).await.is_ok() {
        pause(50).await;
        // What comes after the end of a connection is read for some seconds, and dropped.
        assert!(since.elapsed() < Duration::from_secs(20));
    }
    assert!(since.elapsed() >= Duration::from_millis(390));
}

#[tokio::test]
async fn a_heartbeat_of_zero_sends_no_ping() {
    let server = running_with(ANY_PORT, |serve| serve.heartbeat(Duration::ZERO)).await;
    let mut raw = Raw::dealer(&server).await;
    let silence = tokio::time::timeout(Duration::from_millis(500), raw.frame());
    assert!(silence.await.is_err(), "it was asked");
    raw.send(&message(ECHO)).await;
    assert_eq!(raw.message().await, [b"", ECHOED.as_bytes()]);
    let client = Client::builder().heartbeat(Duration::ZERO);
    let probe = ProbeClient::new(client.build(&server.address).unwrap());
    assert_eq!(within(probe.sleep(300)).await.unwrap(), 300);
}

/// One that is held back is told that the server is there, whether or not it is asked for the same.
#[tokio::test]
async fn bounds_of_zero_count_as_one() {
    let set_up = |serve: Serve<_>| {
        let one = serve.max_in_flight(0).max_in_flight_per_connection(0);
        one.heartbeat(Duration::ZERO)
    };
    let server = running_with(ANY_PORT, set_up).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(GATE).repeat(2)).await;
    server.watch.until_started(1).await;
    assert_eq!(raw.frame().await, (4, b"\x04PING\0\0".to_vec()));
    assert_eq!(server.watch.started.load(Ordering::SeqCst), 1);
    server.watch.gate.add_permits(2);
    for _ in 0..2 {
        assert_eq!(raw.message().await.len(), 2);
    }

    let server = running_with(ANY_PORT, |serve| serve.max_connections(0)).await;
    let raw = Raw::dealer(&server).await;
    let mut second = server.connect().await;
    let early = tokio::time::timeout(SOON, second.receive(1));
    assert!(early.await.is_err());
    drop(raw);
    second.shake_hands("DEALER").await;
}

/// The PING waits behind what is sent, so that there can't be an answer to it.
#[cfg(unix)]
#[tokio::test]
async fn a_download_may_take_longer_than_the_heartbeat() {
    const LENGTH: usize = 8_000_000;

    let set_up = |serve: Serve<_>| serve.heartbeat(Duration::from_secs(1));
    let server = running_with(&ipc_address(), set_up).await;
    let mut raw = Raw::dealer_over_ipc(&server).await;
    let big = r#"{"jsonrpc":"2.0","method":"big","params":[8000000],"id":1}"#;
    raw.send(&message(big)).await;
    let since = Instant::now();
    assert_eq!(raw.receive(2).await, frame(1, b""));
    let mut left = 9 + LENGTH + 36;
    while left > 0 {
        left -= raw.receive(left.min(64 * 1024)).await.len();
        pause(25).await;
    }
    assert!(since.elapsed() > Duration::from_millis(2500));
    raw.send(&message(ECHO)).await;
    assert_eq!(raw.message().await, [b"", ECHOED.as_bytes()]);
}

/// Each message gets its place soon, and still the connection is read so slowly that a PING would not be found in time.
#[tokio::test]
async fn a_client_that_is_held_back_hears_of_it_though_its_messages_are_taken() {
    let server = running_with(ANY_PORT, |serve| serve.max_in_flight(1)).await;
    let mut other = Raw::dealer(&server).await;
    other.send(&message(GATE)).await;
    server.watch.until_started(1).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(GATE).repeat(7)).await;
    let places = async {
        for _ in 0..6 {
            pause(600).await;
            server.watch.gate.add_permits(1);
        }
    };
    tokio::select! {
        frame = raw.frame() => assert_eq!(frame, (4, b"\x04PING\0\0".to_vec())),
        () = places => panic!("nothing was said for more than three seconds"),
    }
}

const BIG: &str = r#"{"jsonrpc":"2.0","method":"big","params":[20000000],"id":1}"#;

/// What it has asked for is done, and only waits for it.
#[tokio::test]
async fn a_client_that_takes_no_replies_leaves_permits_for_others() {
    let server = running_with(ANY_PORT, |serve| serve.max_in_flight(2)).await;
    let mut raw = Raw::dealer(&server).await;
    // The first is larger than what may wait outside of the bound.
    raw.send(&message(BIG)).await;
    assert_eq!(raw.receive(2).await, frame(1, b""));
    raw.send(&message(ECHO).repeat(200)).await;
    let call = server.probe().echo("x").timeout(Duration::from_secs(5));
    assert_eq!(within(call).await.unwrap(), "x");
}

#[tokio::test]
async fn large_replies_that_wait_keep_their_places() {
    let set_up = |serve: Serve<_>| serve.max_in_flight(3).max_message(1000);
    let server = running_with(ANY_PORT, set_up).await;
    let mut raw = Raw::dealer(&server).await;
    raw.send(&message(BIG)).await;
    assert_eq!(raw.receive(2).await, frame(1, b""));
    // The one that sleeps is counted.
    let over = r#"[{"jsonrpc":"2.0","method":"big","params":[2000],"id":1},
        {"jsonrpc":"2.0","method":"sleep","params":[0],"id":2}]"#;
    raw.send(&message(over)).await;
    server.watch.until_finished(1).await;
    // One connection alone could not take all places.
    let mut other = Raw::dealer(&server).await;
    other.send(&message(GATE)).await;
    server.watch.until_started(2).await;
    let call = server.probe().echo("x").timeout(5 * SOON);
    let error = within(call).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    // As soon as they have been taken, there is room again.
    assert_eq!(raw.frame().await.1.len(), 20_000_000 + 36);
    assert_eq!(raw.message().await[1].len(), (2000 + 36) + 35 + 3);
    let answer = within(server.probe().echo("x")).await;
    assert_eq!(answer.unwrap(), "x");
}
