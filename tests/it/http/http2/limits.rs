//! What a client of HTTP/2 may cost, and that it may cost no more.

use std::time::Instant;

use super::frames::*;
use super::*;

const SHORT: Duration = Duration::from_millis(300);
/// Longer than a test takes.
const LONG: Duration = Duration::from_secs(2 * LIMIT.as_secs());

#[tokio::test]
async fn a_head_may_take_only_so_long() {
    let whole = head(1, END_HEADERS);
    let open = head(1, 0);
    let before = [PREFACE, &settings(&[])].concat();
    let after = |bytes: &[u8]| [&before[..], bytes].concat();
    let set_up = |it: Serve<_>| {
        it.header_timeout(SHORT)
            .idle_timeout(LONG)
            .http2_ping_interval(None)
    };
    let server = running_with(probe(), set_up).await;
    for beginning in [
        PREFACE[..5].to_vec(),
        PREFACE[..23].to_vec(),
        before[..PREFACE.len() + 4].to_vec(),
        after(&whole[..5]),
        after(&whole[..whole.len() - 1]),
        // All of a frame, but not of the headers.
        after(&open),
        after(&[&open[..], &frame(CONTINUATION, 0, 1, b"")].concat()),
    ] {
        let since = Instant::now();
        let mut client = Frames::of(server.connect().await.stream);
        client.send(&beginning).await;
        let _settings = client.until_closed().await;
        assert!(since.elapsed() >= SHORT, "{beginning:?}");
    }
    // Neither a whole head nor anything else of a connection counts.
    let mut client = Frames::connect(&server, &[]).await;
    client.send(&head(1, END_HEADERS)).await;
    pause(900).await;
    client
        .send(&frame(DATA, END_STREAM, 1, ECHO.as_bytes()))
        .await;
    assert_eq!(client.body(1).await, ECHOED);
}

#[tokio::test]
async fn a_byte_at_a_time_is_too_slow() {
    let set_up = |it: Serve<_>| {
        it.header_timeout(SHORT)
            .idle_timeout(LONG)
            .http2_ping_interval(None)
    };
    let server = running_with(probe(), set_up).await;
    let mut client = Frames::connect(&server, &[]).await;
    let head = frame(HEADERS, END_HEADERS, 1, &[0; 16_000]);
    let dribble = async {
        for byte in head {
            if client.stream.write_all(&[byte]).await.is_err() {
                return true;
            }
            pause(20).await;
        }
        false
    };
    assert!(within(dribble).await, "all of it was taken");
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let set_up = |it: Serve<_>| {
        it.idle_timeout(SHORT)
            .header_timeout(LONG)
            .http2_ping_interval(None)
    };
    let (watch, endpoint) = watched();
    let server = running_with(endpoint, set_up).await;
    let mut client = Frames::connect(&server, &[]).await;
    let since = Instant::now();
    // A call is a request for as long as it runs.
    client.send(&request(1, GATE)).await;
    watch.until_started(1).await;
    pause(900).await;
    assert!(since.elapsed() > 2 * SHORT);
    // Before the server sees the end of the request, since this task may get on later than that.
    let since = Instant::now();
    watch.gate.add_permits(1);
    assert!(client.body(1).await.contains("through"));
    // Pings are none.
    let (mut reader, mut writer) = client.stream.split();
    let pinging = async {
        while writer.write_all(&ping()).await.is_ok() {
            pause(20).await;
        }
    };
    let closed = async {
        let mut pongs = Vec::new();
        let _end = reader.read_to_end(&mut pongs).await;
    };
    within(async {
        tokio::select! {
            () = pinging => {}
            () = closed => {}
        }
    })
    .await;
    assert!(since.elapsed() >= SHORT);
}

/// It gives no room for its response, or for the end of it. Its other calls are not affected.
#[tokio::test]
async fn a_client_that_takes_nothing_of_a_response_loses_it() {
    let server = running_with(probe(), |it| it.write_timeout(SHORT)).await;
    for (window, length) in [(0, 1), (0, 1_000_000), (100, 10_000)] {
        let mut client = Frames::connect(&server, &[(INITIAL_WINDOW_SIZE, window)]).await;
        let big = format!(r#"{{"jsonrpc":"2.0","method":"big","params":[{length}],"id":1}}"#);
        client.send(&request(1, &big)).await;
        let reset = client.next_of(RST_STREAM).await.expect("no reset");
        assert_eq!((reset.stream, reset.code()), (1, CANCEL));
        client.send(&ping()).await;
        let pong = client.next_of(PING).await.expect("it is open");
        assert_eq!(pong.flags, ACK);
    }
}

/// A client that takes its time gets all of its response.
#[tokio::test]
async fn a_slow_client_loses_nothing() {
    const LENGTH: usize = 400_000;
    // Much longer than 16 KiB take, and shorter than all of them.
    const TIMEOUT: Duration = Duration::from_secs(6);
    let set_up = |it: Serve<_>| it.write_timeout(TIMEOUT).http2_ping_interval(None);
    let server = running_with(probe(), set_up).await;
    let mut client = Frames::connect(&server, &[(INITIAL_WINDOW_SIZE, 20_000)]).await;
    let big = format!(r#"{{"jsonrpc":"2.0","method":"big","params":[{LENGTH}],"id":1}}"#);
    client.send(&request(1, &big)).await;
    let since = Instant::now();
    let (mut taken, mut owed) = (0, 0);
    loop {
        let frame = client.next().await.expect("it is open");
        assert_ne!(frame.kind, RST_STREAM);
        if frame.kind != DATA {
            continue;
        }
        taken += frame.payload.len();
        if frame.flags & END_STREAM != 0 {
            break;
        }
        // Room comes in larger parts, since many small frames would take too long.
        owed += frame.payload.len() as u32;
        if owed >= 16_384 {
            pause(300).await;
            for stream in [0, 1] {
                let room = self::frame(WINDOW_UPDATE, 0, stream, &owed.to_be_bytes());
                client.send(&room).await;
            }
            owed = 0;
        }
    }
    assert!(taken > LENGTH);
    assert!(since.elapsed() > TIMEOUT, "it was not slow");
}

#[tokio::test]
async fn a_stream_too_many_is_refused() {
    let (watch, endpoint) = watched();
    let server = running_with(endpoint, |it| it.http2_max_streams(4)).await;
    let mut client = Frames::connect(&server, &[]).await;
    let said = client.next_of(SETTINGS).await.unwrap().payload;
    let limit = [
        &MAX_CONCURRENT_STREAMS.to_be_bytes()[..],
        &4_u32.to_be_bytes(),
    ]
    .concat();
    assert!(said.chunks(6).any(|setting| setting == limit), "{said:?}");
    for stream in [1, 3, 5, 7, 9] {
        client.send(&request(stream, GATE)).await;
    }
    let refused = client.next_of(RST_STREAM).await.expect("it is refused");
    assert_eq!((refused.stream, refused.code()), (9, REFUSED_STREAM));
    watch.gate.add_permits(10);
    watch.until_finished(4).await;
    assert!(client.body(7).await.contains("through"));
    assert_eq!(watch.started.load(Ordering::SeqCst), 4);
}

/// A client that opens streams and resets them at once (CVE-2023-44487). hyper ends the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_resets_too_many_streams_is_cut_off() {
    let server = running(probe()).await;
    let client = Frames::connect(&server, &[]).await;
    let (reader, mut writer) = client.stream.into_split();
    let flood = async move {
        for first in (1..1_000_000).step_by(100) {
            let streams = (first..first + 100).step_by(2);
            let frames = streams.flat_map(|stream| [head(stream, END_HEADERS), reset(stream)]);
            let frames: Vec<u8> = frames.flatten().collect();
            if writer.write_all(&frames).await.is_err() {
                break;
            }
        }
    };
    let flood = tokio::spawn(flood);
    let calm = ENHANCE_YOUR_CALM.to_be_bytes();
    let mut answers = Vec::new();
    let _end = within(reader.take(1_000_000).read_to_end(&mut answers)).await;
    let is_calm = |at: &[u8]| at[0] == GOAWAY && at[10..] == calm;
    assert!(answers.windows(14).any(is_calm), "{answers:?}");
    within(flood).await.unwrap();
    assert_eq!(within(over_lean(&server).echo("hi")).await.unwrap(), "hi");
}

/// Whole calls that are given up at once run to their end, and no more of them at a time than any others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_were_reset_are_counted() {
    const MOST: usize = 20;
    let (watch, endpoint) = watched();
    let server = running(endpoint.max_in_flight(MOST)).await;
    let mut client = Frames::connect(&server, &[]).await;
    for number in 0..200 {
        let stream = 2 * number + 1;
        client.send(&request(stream, GATE)).await;
        // Only what has begun is reset: what has not is dropped, and can't be counted.
        let answered = || watch.started.load(Ordering::SeqCst);
        match answered() < MOST {
            true => watch.until_started(number as usize + 1).await,
            false => {
                let refusal = client.next_of(DATA).await.expect("it is refused");
                assert_eq!(refusal.stream, stream);
            }
        }
        client.send(&reset(stream)).await;
    }
    assert_eq!(watch.started.load(Ordering::SeqCst), MOST);
    watch.gate.add_permits(MOST);
    watch.until_finished(MOST).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 0);
    assert_eq!(within(over_lean(&server).echo("hi")).await.unwrap(), "hi");
}

/// h2 answers with status 431, and resets the stream, so that a client may see either.
#[tokio::test]
async fn a_large_head_is_refused() {
    let (watch, endpoint) = watched();
    let set_up = |it: Serve<_>| it.max_header_size(16 * 1024).max_connections(1);
    let server = running_with(endpoint, set_up).await;
    let probe = over_lean(&server);
    watch.gate.add_permits(2);
    let padded = |length: usize| probe.gate().header("x-y", "y".repeat(length));
    assert_eq!(within(padded(10_000)).await.unwrap(), "through");
    within(padded(20_000)).await.unwrap_err();
    // The connection is not affected.
    assert_eq!(within(probe.gate()).await.unwrap(), "through");
    assert_eq!(watch.started.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_client_that_has_gone_silently_is_noticed() {
    let (watch, endpoint) = watched();
    let server = running_with(endpoint, |it| it.http2_ping_interval(SHORT)).await;
    let mut client = Frames::connect(&server, &[]).await;
    client.send(&request(1, FRAIL)).await;
    client.send(&request(3, GATE)).await;
    watch.until_started(2).await;
    // It does not answer, and reads on only to see the end.
    let frames = client.until_closed().await;
    assert!(
        frames
            .iter()
            .any(|frame| frame.kind == PING && frame.flags == 0)
    );
    watch.until_cancelled(1).await;
    watch.gate.add_permits(1);
    watch.until_finished(1).await;
}

/// As a user may write it for "always" and for "never".
#[tokio::test]
async fn any_interval_of_pings_will_do() {
    for interval in [Duration::ZERO, Duration::MAX] {
        let server = running_with(probe(), |it| it.http2_ping_interval(interval)).await;
        let probe = over_lean(&server);
        assert_eq!(within(probe.sleep(300)).await.unwrap(), 300, "{interval:?}");
        let mut client = Frames::connect(&server, &[]).await;
        client.send(&request(1, ECHO)).await;
        assert_eq!(client.body(1).await, ECHOED, "{interval:?}");
    }
}

#[tokio::test]
async fn an_old_connection_is_given_up_without_losing_a_call() {
    let set_up = |it: Serve<_>| it.max_connection_age(SHORT).http2_ping_interval(None);
    let server = running_with(probe(), set_up).await;
    let mut client = Frames::connect(&server, &[]).await;
    assert!(client.next_of(GOAWAY).await.is_some());
    drop(client);
    let probe = over_lean(&server);
    let since = Instant::now();
    let mut calls = 0;
    while since.elapsed() < 5 * SHORT {
        assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
        calls += 1;
    }
    assert!(calls > 5, "{calls}");
}
