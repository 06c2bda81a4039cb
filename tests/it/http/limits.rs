//! What a client may cost, and that it may cost no more.

use std::time::Instant;

use super::*;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);
/// What a client calls that is slow, in terms of [`SHORT`].
const PAUSE: u64 = 900;

const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;
const THROUGH: &str = r#"{"jsonrpc":"2.0","result":"through","id":1}"#;

/// More than the buffers of a connection on loopback hold.
const LARGE: usize = 32 * 1024 * 1024;

fn big() -> Vec<u8> {
    json(&format!(
        r#"{{"jsonrpc":"2.0","method":"big","params":[{LARGE}],"id":1}}"#
    ))
}

/// Asserts that it took about [`SHORT`], and not by coincidence.
fn was_short(since: Instant) {
    let elapsed = since.elapsed();
    assert!(elapsed >= SHORT - Duration::from_millis(50), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
}

#[tokio::test]
async fn one_message_more_than_allowed_is_told_to_come_back() {
    let (watch, endpoint) = watched();
    let endpoint = endpoint.max_in_flight(2).cancel_on_disconnect(true);
    let server = running(endpoint).await;
    let mut taken = [server.connect().await, server.connect().await];
    for raw in &mut taken {
        raw.send(&json(GATE)).await;
    }
    watch.until_started(2).await;
    let busy = refused(
        "503 Service Unavailable",
        "busy",
        "retry-after: 1\r\n",
        "too many messages are being handled",
    );
    assert_eq!(server.exchange(&json(ECHO)).await, busy);

    watch.gate.add_permits(1);
    watch.until_finished(1).await;
    assert_eq!(served_at_last(&server).await, ok(ECHOED));

    // A call that is given up makes room, too.
    let mut again = server.connect().await;
    again.send(&json(GATE)).await;
    watch.until_started(3).await;
    assert_eq!(server.exchange(&json(ECHO)).await, busy);
    drop(again);
    watch.until_cancelled(1).await;
    assert_eq!(served_at_last(&server).await, ok(ECHOED));

    watch.gate.add_permits(1);
    let [mut first, mut second] = taken;
    assert_eq!(first.response().await, ok(THROUGH));
    assert_eq!(second.response().await, ok(THROUGH));
}

#[tokio::test]
async fn a_bound_of_zero_messages_counts_as_one() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.max_in_flight(0)).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    let mut raw = server.connect().await;
    raw.send(&json(GATE)).await;
    watch.until_started(1).await;
    let busy = server.exchange(&json(ECHO)).await;
    assert!(busy.starts_with("HTTP/1.1 503"), "{busy}");
}

/// The room that a call leaves is free a moment after the call's end is seen.
async fn served_at_last(server: &Running) -> String {
    within(async {
        loop {
            let response = server.exchange(&json(ECHO)).await;
            if !response.starts_with("HTTP/1.1 503") {
                return response;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_body_that_takes_too_long_is_refused() {
    let server = running(probe().body_timeout(SHORT)).await;
    for announced in ["content-length: 100", "transfer-encoding: chunked"] {
        let since = Instant::now();
        let mut raw = server.connect().await;
        let head = format!("POST / HTTP/1.1\r\nhost: x\r\n{announced}\r\n\r\n");
        raw.send(head.as_bytes()).await;
        let expected = refused(
            "408 Request Timeout",
            "slow",
            "",
            "the message did not arrive in time",
        );
        assert_eq!(raw.response().await, last(expected));
        was_short(since);
    }
    // What comes in time is served, however long the method takes.
    let message = format!(r#"{{"jsonrpc":"2.0","method":"sleep","params":[{PAUSE}],"id":1}}"#);
    let reply = format!(r#"{{"jsonrpc":"2.0","result":{PAUSE},"id":1}}"#);
    assert_eq!(server.exchange(&json(&message)).await, ok(&reply));
}

/// Sends a byte at a time until the server has enough of it.
async fn trickle(raw: &mut Raw, bytes: impl Iterator<Item = u8>) {
    within(async {
        for byte in bytes {
            if raw.stream.write_all(&[byte]).await.is_err() {
                return;
            }
            pause(20).await;
        }
        panic!("the server bears it");
    })
    .await
}

#[tokio::test]
async fn headers_that_take_too_long_end_the_connection() {
    let server = running_with(probe(), |it| it.header_timeout(SHORT).idle_timeout(LONG)).await;
    let endless = || {
        b"POST / HTTP/1.1\r\nx-y: "
            .iter()
            .copied()
            .chain(std::iter::repeat(b'z'))
    };

    let since = Instant::now();
    let mut stalled = server.connect().await;
    stalled.send(b"POST / HTTP/1.1\r\nhost:").await;
    stalled.until_closed().await;
    was_short(since);

    let since = Instant::now();
    trickle(&mut server.connect().await, endless()).await;
    was_short(since);

    // Empty lines before a request are not a request, and do not keep a connection open either.
    let since = Instant::now();
    trickle(&mut server.connect().await, b"\r\n".iter().copied().cycle()).await;
    was_short(since);

    // The second request of a connection.
    let mut raw = server.connect().await;
    raw.send(&json(ECHO)).await;
    assert_eq!(raw.response().await, ok(ECHOED));
    let since = Instant::now();
    trickle(&mut raw, endless()).await;
    was_short(since);
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let server = running_with(probe(), |it| it.header_timeout(LONG).idle_timeout(SHORT)).await;
    let since = Instant::now();
    server.connect().await.until_closed().await;
    was_short(since);

    let mut raw = server.connect().await;
    for _ in 0..3 {
        // Each request puts it off.
        pause(200).await;
        raw.send(&json(ECHO)).await;
        assert_eq!(raw.response().await, ok(ECHOED));
    }
    let since = Instant::now();
    raw.until_closed().await;
    was_short(since);

    // A refusal ends a request as well.
    let mut raw = server.connect().await;
    raw.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(raw.response().await.starts_with("HTTP/1.1 405"));
    let since = Instant::now();
    raw.until_closed().await;
    was_short(since);
}

#[tokio::test]
async fn a_connection_with_a_request_is_not_idle() {
    let set_up = |it: Serve<_>| {
        it.header_timeout(SHORT)
            .idle_timeout(SHORT)
            .write_timeout(SHORT)
    };
    let server = running_with(probe(), set_up).await;
    let message = format!(r#"{{"jsonrpc":"2.0","method":"sleep","params":[{PAUSE}],"id":1}}"#);
    let reply = format!(r#"{{"jsonrpc":"2.0","result":{PAUSE},"id":1}}"#);
    let mut raw = server.connect().await;
    for _ in 0..2 {
        raw.send(&json(&message)).await;
        assert_eq!(raw.response().await, ok(&reply));
    }
    // Nor while its message comes slowly.
    let (head, body) = (json(ECHO), ECHO.len());
    let (head, body) = head.split_at(head.len() - body);
    raw.send(head).await;
    pause(PAUSE).await;
    raw.send(body).await;
    assert_eq!(raw.response().await, ok(ECHOED));
}

/// As server-sent events are, or what is fetched from elsewhere.
#[tokio::test]
async fn a_response_that_is_slow_to_be_made_is_not_idle() {
    let app = axum::Router::new().route(
        "/slow",
        axum::routing::get(|| async {
            let pieces = futures_util::stream::unfold(0, |piece| async move {
                pause(PAUSE).await;
                (piece < 2).then_some((Ok::<_, io::Error>("piece\n"), piece + 1))
            });
            axum::body::Body::from_stream(pieces)
        }),
    );
    let server = running_with(app, |it| it.idle_timeout(SHORT).header_timeout(SHORT)).await;
    let mut raw = server.connect().await;
    raw.send(b"GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    let mut response = String::new();
    within(raw.stream.read_to_string(&mut response))
        .await
        .unwrap();
    assert_eq!(response.matches("piece\n").count(), 2, "{response}");
    assert!(response.ends_with("\r\n0\r\n\r\n"), "{response}");
}

/// A client that is always a byte ahead never lets the server find the connection without anything to read.
#[tokio::test]
async fn a_connection_with_the_next_request_s_beginning_is_not_idle() {
    let set_up = |it: Serve<_>| it.idle_timeout(SHORT).header_timeout(LONG);
    let server = running_with(probe(), set_up).await;
    let mut raw = server.connect().await;
    let get = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    raw.send(&get[..1]).await;
    for _ in 0..5 {
        raw.send(&[&get[1..], &get[..1]].concat()).await;
        assert!(raw.response().await.starts_with("HTTP/1.1 405"));
        pause(200).await;
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_response_is_cut_off() {
    let set_up = |it: Serve<_>| {
        it.write_timeout(SHORT)
            .idle_timeout(LONG)
            .max_connections(1)
    };
    let server = running_with(probe(), set_up).await;
    let mut deaf = server.connect().await;
    deaf.send(&big()).await;
    // There is room for one connection, so that the next one is served when the first one is gone.
    let since = Instant::now();
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    was_short(since);
    assert_eq!(within(deaf.try_response()).await, None);
}

#[tokio::test]
async fn a_client_may_pause_for_as_long_as_writing_may_take() {
    let set_up = |it: Serve<_>| it.write_timeout(LONG).idle_timeout(SHORT);
    let server = running_with(probe(), set_up).await;
    let mut raw = server.connect().await;
    raw.send(&big()).await;
    for _ in 0..3 {
        let mut piece = vec![0; 100_000];
        within(raw.stream.read_exact(&mut piece)).await.unwrap();
        raw.rest.extend(piece);
        pause(PAUSE).await;
    }
    assert!(raw.response().await.len() > LARGE);
    raw.send(&json(ECHO)).await;
    assert_eq!(raw.response().await, ok(ECHOED));
}

#[tokio::test]
async fn a_slow_download_is_not_cut_off() {
    let set_up = |it: Serve<_>| {
        it.write_timeout(SHORT * 2)
            .idle_timeout(SHORT)
            .header_timeout(SHORT)
    };
    let server = running_with(probe(), set_up).await;
    let mut raw = server.connect().await;
    raw.send(&big()).await;
    let since = Instant::now();
    let mut taken = 0;
    within(async {
        let mut piece = vec![0; LARGE / 16];
        while taken < LARGE {
            taken += raw.stream.read(&mut piece).await.unwrap();
            pause(20).await;
        }
    })
    .await;
    let elapsed = since.elapsed();
    assert!(elapsed > 2 * SHORT, "it was not slow: {elapsed:?}");
}

#[tokio::test]
async fn a_connection_too_many_waits_its_turn() {
    let server = running_with(probe(), |it| it.max_connections(2)).await;
    let mut places = [server.connect().await, server.connect().await];
    for raw in &mut places {
        raw.send(&json(ECHO)).await;
        assert_eq!(raw.response().await, ok(ECHOED));
    }
    let mut waiting = server.connect().await;
    waiting.send(&json(ECHO)).await;
    let early = tokio::time::timeout(SHORT, waiting.try_response()).await;
    assert!(early.is_err(), "it was served: {early:?}");
    drop(places);
    assert_eq!(waiting.response().await, ok(ECHOED));
}

/// They used to keep everybody else out until their bodies were overdue.
#[tokio::test]
async fn heads_without_bodies_keep_nobody_out() {
    let server = running(probe().max_in_flight(16)).await;
    let mut heads = Vec::new();
    for announced in ["content-length: 2", "transfer-encoding: chunked"] {
        for _ in 0..40 {
            let mut raw = server.connect().await;
            let head = format!("POST / HTTP/1.1\r\nhost: x\r\n{announced}\r\n\r\n");
            raw.send(head.as_bytes()).await;
            heads.push(raw);
        }
    }
    pause(100).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    // Each is served as soon as it is complete.
    heads[0].send(b"{}").await;
    assert!(heads[0].response().await.starts_with("HTTP/1.1 200 "));
}

/// A body on its way counts with what has come of it, and not with what is announced.
#[tokio::test]
async fn the_bytes_on_their_way_are_bounded() {
    const MESSAGE: usize = 100_000;
    let endpoint = probe().max_message(MESSAGE).max_receiving(150_000);
    let server = running(endpoint).await;
    let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {MESSAGE}\r\n\r\n");
    let message = ECHO.to_owned() + &" ".repeat(MESSAGE - ECHO.len());
    let (most, rest) = message.split_at(MESSAGE - 1000);
    // That they announce more than there is room for does not matter.
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut raw = server.connect().await;
        raw.send(head.as_bytes()).await;
        slow.push(raw);
    }
    slow[0].send(most.as_bytes()).await;
    pause(100).await;
    slow[1].send(most.as_bytes()).await;
    let crowded = refused(
        "503 Service Unavailable",
        "busy",
        "retry-after: 1\r\n",
        "too many messages are being received",
    );
    assert_eq!(slow[1].response().await, last(crowded));
    slow[1].until_closed().await;
    // Small messages are served all the same.
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    // And so is a large one, when there is room again.
    slow[0].send(rest.as_bytes()).await;
    assert_eq!(slow[0].response().await, ok(ECHOED));
    slow[2].send(most.as_bytes()).await;
    pause(100).await;
    slow[2].send(rest.as_bytes()).await;
    assert_eq!(slow[2].response().await, ok(ECHOED));
}

/// A slow upload next to a busy server: it takes no place before it is complete, and waits for none.
#[tokio::test]
async fn a_slow_message_is_counted_when_it_is_complete() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.max_in_flight(1)).await;
    let request = json(ECHO);
    let (head, body) = request.split_at(request.len() - 10);
    let mut slow = server.connect().await;
    slow.send(head).await;
    pause(50).await;
    let mut taken = server.connect().await;
    taken.send(&json(GATE)).await;
    watch.until_started(1).await;
    slow.send(body).await;
    let busy = refused(
        "503 Service Unavailable",
        "busy",
        "retry-after: 1\r\n",
        "too many messages are being handled",
    );
    assert_eq!(slow.response().await, busy);
    // All of it was read, so the connection can be used again.
    watch.gate.add_permits(1);
    assert_eq!(taken.response().await, ok(THROUGH));
    slow.send(&request).await;
    assert_eq!(slow.response().await, ok(ECHOED));
}

#[tokio::test]
async fn a_large_head_is_refused() {
    let padded = |length: usize| {
        let padding = "y".repeat(length);
        post(
            &format!("content-type: application/json\r\nx-y: {padding}\r\n"),
            ECHO,
        )
    };
    for (set, fits, too_large) in [
        (None, 60_000, 66_000),
        (Some(16 * 1024), 16_000, 17_000),
        (Some(0), 7_000, 9_000),
    ] {
        let set_up = |it: Serve<_>| match set {
            Some(bytes) => it.max_header_size(bytes),
            None => it,
        };
        let server = running_with(probe(), set_up).await;
        assert_eq!(server.exchange(&padded(fits)).await, ok(ECHOED));
        let response = server.exchange(&padded(too_large)).await;
        assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
        // Without an end it is refused as well, as soon as it is too large.
        let endless = &padded(1_000_000)[..too_large];
        let response = server.exchange(endless).await;
        assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
        // The size of a body does not matter.
        let large = ECHO.to_owned() + &" ".repeat(500_000);
        assert_eq!(server.exchange(&json(&large)).await, ok(ECHOED));
    }
    let server = running(probe()).await;
    let many = |count: usize| post(&"a: b\r\n".repeat(count), ECHO);
    assert_eq!(server.exchange(&many(90)).await, ok(ECHOED));
    let response = server.exchange(&many(101)).await;
    assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
}

#[tokio::test]
async fn an_old_connection_is_closed_behind_a_response() {
    let server = running_with(probe(), |it| it.max_connection_age(SHORT)).await;
    let mut raw = server.connect().await;
    let since = Instant::now();
    loop {
        raw.send(&json(ECHO)).await;
        let response = raw.response().await;
        if response == last(ok(ECHOED)) {
            break;
        }
        assert_eq!(response, ok(ECHOED));
        assert!(since.elapsed() < Duration::from_secs(20));
        pause(5).await;
    }
    assert!(since.elapsed() >= SHORT * 8 / 10);
    raw.until_closed().await;

    // A call that runs meanwhile is finished, and a connection without one is not closed under its client's hands.
    let mut raw = server.connect().await;
    let message = format!(r#"{{"jsonrpc":"2.0","method":"sleep","params":[{PAUSE}],"id":1}}"#);
    let reply = format!(r#"{{"jsonrpc":"2.0","result":{PAUSE},"id":1}}"#);
    raw.send(&json(&message)).await;
    assert_eq!(raw.response().await, last(ok(&reply)));
    raw.until_closed().await;
    let mut raw = server.connect().await;
    pause(PAUSE).await;
    raw.send(&json(ECHO)).await;
    assert_eq!(raw.response().await, last(ok(ECHOED)));
}
