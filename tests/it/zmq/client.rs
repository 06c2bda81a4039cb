//! The client, when the server is slow, gone, back again, or not what it should be.

use futures_util::future::join_all;
use rpc_core::CallError;
use rpc_zmq::{Builder, ZmqError};
use tokio::net::TcpListener;

use super::*;

fn probe_of(address: &str, set_up: impl FnOnce(Builder) -> Builder) -> ProbeClient<Zmq> {
    ProbeClient::new(set_up(Client::builder()).build(address).unwrap())
}

fn quick(builder: Builder) -> Builder {
    builder.timeout(Duration::from_secs(1))
}

fn cause<E: std::fmt::Debug>(error: CallError<E>) -> String {
    match error {
        CallError::Transport(error) => match error.downcast_ref::<ZmqError>() {
            Some(cause) => format!("{cause:?}"),
            None => panic!("{error:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// A server that does what a script says, on each connection.
async fn scripted<F>(script: impl Fn(Raw) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(script(Raw { stream }));
        }
    });
    address
}

/// An address where nobody listens, and nobody will.
async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("tcp://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_call_takes_no_longer_than_its_own_timeout_or_the_clients() {
    let server = running().await;
    let probe = probe_of(&server.address, quick);
    let since = Instant::now();
    let error = within(probe.gate()).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!((1000..5000).contains(&since.elapsed().as_millis()));
    let longer = probe.sleep(1500).timeout(Duration::from_secs(10));
    assert_eq!(within(longer).await.unwrap(), 1500);

    let since = Instant::now();
    let own = server.probe().gate().timeout(Duration::from_millis(50));
    let error = within(own).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!((50..5000).contains(&since.elapsed().as_millis()));
    // The answers that come too late are nobody's.
    server.watch.gate.add_permits(2);
    assert_eq!(within(probe.echo("x")).await.unwrap(), "x");
}

#[tokio::test]
async fn without_a_server_a_call_ends_in_time_and_says_why() {
    for address in [nowhere().await, ipc_address()] {
        let probe = probe_of(&address, quick);
        let since = Instant::now();
        let error = within(probe.echo("x")).await.unwrap_err();
        assert!((1000..5000).contains(&since.elapsed().as_millis()));
        let text = chain(&error);
        assert!(text[0].contains("could not connect"), "{text:?}");
        assert!(text[0].contains(&address), "{text:?}");
        let CallError::Transport(error) = error else {
            panic!("{error:?}")
        };
        let Some(ZmqError::NotConnected(cause)) = error.downcast_ref() else {
            panic!("{error:?}")
        };
        assert!(matches!(**cause, ZmqError::Io(_)), "{cause:?}");
    }
}

/// In each way that a call can be made.
#[tokio::test]
async fn a_failure_says_what_happened() {
    use rpc_core::{Batching, Execution, TimeoutError};

    let errors = async |address: &str, builder: fn() -> Builder| {
        let plain = builder().build(address).unwrap();
        let batching = builder()
            .batching(Batching::default())
            .build(address)
            .unwrap()
            .boxed();
        let batch = builder().build(address).unwrap();
        let calls = async {
            tokio::join!(
                plain.call::<_, ()>("echo", ("x",)),
                batching.call::<_, ()>("echo", ("x",)),
                batching.call::<_, ()>("echo", ("x",)),
                batch.batch([batch.call::<_, ()>("echo", ("x",))]),
            )
        };
        let (plain, first, second, batch) = within(calls).await;
        let mut errors = vec![batch.unwrap_err()];
        errors.extend([plain, first, second].map(Result::unwrap_err));
        for error in &errors {
            assert!(error.is_retryable(), "{error:?}");
            assert!(
                error.to_string().contains(&format!(" at {address}: ")),
                "{error}"
            );
        }
        errors
    };
    let hasty: fn() -> Builder = || Client::builder().timeout(Duration::from_millis(400));
    // Nobody is there, or nobody answers.
    let silent = scripted(|mut raw: Raw| async move { raw.until_closed().await }).await;
    for address in [nowhere().await, silent] {
        for error in errors(&address, hasty).await {
            assert_eq!(error.execution(), Execution::NotRun, "{error:?}");
        }
    }
    // The message is taken, and no reply comes; or the connection is lost.
    let deaf = scripted(|mut raw: Raw| async move {
        raw.send(&greeting(1)).await;
        raw.send(&ready("ROUTER")).await;
        raw.until_closed().await;
    });
    for error in errors(&deaf.await, hasty).await {
        assert_eq!(error.execution(), Execution::MaybeRun, "{error:?}");
        let CallError::Timeout(timeout) = error else {
            panic!("{error:?}");
        };
        assert_eq!(*timeout, TimeoutError::Reply);
    }
    let losing = scripted(|mut raw: Raw| async move {
        raw.send(&greeting(1)).await;
        raw.send(&ready("ROUTER")).await;
        // Until a message has come.
        raw.receive(64).await;
        while raw.frame().await.0 == 4 {}
    });
    let patient: fn() -> Builder = || Client::builder().timeout(Duration::from_secs(20));
    for error in errors(&losing.await, patient).await {
        assert_eq!(error.execution(), Execution::MaybeRun, "{error:?}");
        assert!(cause(error).starts_with("Lost"));
    }
}

#[tokio::test]
async fn notifications_without_a_server_fail_as_well() {
    let probe = probe_of(&nowhere().await, quick);
    let error = within(probe.note("x")).await.unwrap_err();
    assert!(cause(error).starts_with("NotConnected"));
}

#[tokio::test]
async fn a_call_waits_for_the_server_to_come() {
    let address = nowhere().await;
    let probe = probe_of(&address, |it| it);
    let calls = join_all((0..20).map(|_| probe.echo("x")));
    let calls = tokio::spawn(calls);
    pause(300).await;
    let _server = running_with(&address, |serve| serve).await;
    for answer in within(calls).await.unwrap() {
        assert_eq!(answer.unwrap(), "x");
    }
}

#[tokio::test]
async fn the_client_connects_again() {
    for address in [ANY_PORT, &ipc_address()] {
        let mut server = running_with(address, |serve| serve).await;
        let probe = server.probe();
        for _ in 0..5 {
            assert_eq!(within(probe.echo("x")).await.unwrap(), "x");
            let address = server.kill().await;
            pause(50).await;
            server = running_with(&address, |serve| serve).await;
        }
    }
}

/// It may have run, so it is neither sent again nor waited for.
#[tokio::test]
async fn a_call_that_was_sent_fails_when_the_connection_is_lost() {
    let server = running().await;
    let probe = server.probe();
    let calls: Vec<_> = (0..10).map(|_| tokio::spawn(probe.gate())).collect();
    server.watch.until_started(10).await;
    let watch = Arc::clone(&server.watch);
    let address = server.kill().await;
    for call in calls {
        let error = within(call).await.unwrap().unwrap_err();
        assert!(cause(error).starts_with("Lost"));
    }
    let server = running_with(&address, |serve| serve).await;
    assert_eq!(within(probe.echo("x")).await.unwrap(), "x");
    let started = |watch: &Watch| watch.started.load(Ordering::SeqCst);
    assert_eq!((started(&watch), started(&server.watch)), (10, 0));
}

#[tokio::test]
async fn a_dropped_call_waits_no_more() {
    let server = running().await;
    let probe = probe_of(&server.address, |it| it.max_in_flight(1));
    let call = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    let second = tokio::spawn(probe.echo("x"));
    pause(100).await;
    assert!(!second.is_finished(), "there was a place for it");
    call.abort();
    assert_eq!(within(second).await.unwrap().unwrap(), "x");
}

#[tokio::test]
async fn calls_over_the_bound_wait_and_count_that_time() {
    let server = running().await;
    let probe = probe_of(&server.address, |it| quick(it).max_in_flight(4));
    let held: Vec<_> = (0..4)
        .map(|_| {
            let call = probe.gate().timeout(Duration::from_secs(10));
            tokio::spawn(call)
        })
        .collect();
    server.watch.until_started(4).await;
    let error = within(probe.gate()).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(server.watch.started.load(Ordering::SeqCst), 4);
    server.watch.gate.add_permits(4);
    for call in held {
        assert_eq!(within(call).await.unwrap().unwrap(), "through");
    }
    assert_eq!(within(probe.echo("x")).await.unwrap(), "x");
}

#[tokio::test]
async fn a_reply_over_the_limit_costs_its_own_call_alone() {
    let server = running().await;
    let probe = probe_of(&server.address, |it| it.max_reply(1000));
    let other = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    for length in [970, 2000, 100_000, 10_000_000] {
        let answer = within(probe.big(length)).await;
        let cause = cause(answer.unwrap_err());
        assert_eq!(cause, "ReplyTooLarge { limit: 1000 }");
        assert_eq!(within(probe.big(900)).await.unwrap().len(), 900);
    }
    server.watch.gate.add_permits(1);
    assert_eq!(within(other).await.unwrap().unwrap(), "through");
}

/// Whom it wants a call to be answered by is known by number alone.
#[tokio::test]
async fn replies_to_no_call_are_dropped() {
    let address = scripted(|mut raw| async move {
        raw.shake_hands("ROUTER").await;
        let asked = raw.message().await;
        let [number, delimiter, body] = &asked[..] else {
            panic!("{asked:?}")
        };
        assert_eq!((number.len(), delimiter.len()), (4, 0));
        for envelope in [&b""[..], b"number", b"\xff\xff\xff\xff", b"\0\0\0"] {
            raw.send(&frame(1, envelope)).await;
            raw.send(&message("none of ours")).await;
        }
        raw.send(&frame(0, b"")).await;
        raw.send(&frame(4, b"\x04PING\0\0context")).await;
        let reply = String::from_utf8_lossy(body).replace("\"method\":\"echo\",", "");
        let reply = reply.replace("\"params\":[\"hi\"]", "\"result\":\"hi\"");
        for _ in 0..2 {
            raw.send(&frame(1, number)).await;
            raw.send(&message(&reply)).await;
        }
        loop {
            let (flags, body) = raw.frame().await;
            if flags == 4 {
                assert_eq!(body, b"\x04PONGcontext");
                return;
            }
        }
    })
    .await;
    let probe = probe_of(&address, |it| it);
    assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
}

#[tokio::test]
async fn servers_that_do_not_speak_as_they_should() {
    type Script = fn(Raw) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
    let cases: [(Script, &str); 6] = [
        (
            |mut raw| Box::pin(async move { drop(raw.receive(64).await) }),
            "closed the connection during",
        ),
        (
            |mut raw| {
                Box::pin(async move {
                    raw.send(b"HTTP/1.1 400 Bad Request\r\n").await;
                    pause(2000).await
                })
            },
            "does not speak ZeroMQ",
        ),
        (
            |mut raw| {
                Box::pin(async move {
                    raw.send(&greeting(1)).await;
                    raw.send(&ready("PUB")).await;
                    pause(2000).await
                })
            },
            "a socket of type \\\"PUB\\\"",
        ),
        (
            |mut raw| {
                Box::pin(async move {
                    let mut curve = greeting(1);
                    curve[12..17].copy_from_slice(b"CURVE");
                    raw.send(&curve).await;
                    pause(2000).await
                })
            },
            "wants the security mechanism \\\"CURVE\\\"",
        ),
        (
            |mut raw| {
                Box::pin(async move {
                    raw.send(&greeting(1)).await;
                    raw.send(&frame(4, b"\x05ERROR\x02no")).await;
                    pause(2000).await
                })
            },
            "refused, saying \\\"no\\\"",
        ),
        (
            |mut raw| {
                Box::pin(async move {
                    raw.send(&greeting(1)).await;
                    raw.send(&message("x")).await;
                    pause(2000).await
                })
            },
            "a message before the handshake",
        ),
    ];
    join_all(cases.map(|(script, expected)| can_not_be_called(script, quick, expected))).await;
}

#[tokio::test]
async fn a_server_that_says_nothing_more_than_half_of_hello() {
    let script = |mut raw: Raw| async move {
        raw.send(&greeting(1)).await;
        raw.until_closed().await;
    };
    let set_up = |it| quick(it).connect_timeout(Duration::from_millis(100));
    can_not_be_called(script, set_up, "ConnectTimeout").await;
}

/// Somebody is there, and a call can't be made.
async fn can_not_be_called<F>(
    script: impl Fn(Raw) -> F + Send + 'static,
    set_up: impl FnOnce(Builder) -> Builder,
    expected: &str,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let address = scripted(script).await;
    let probe = probe_of(&address, set_up);
    let since = Instant::now();
    let error = within(probe.echo("x")).await.unwrap_err();
    assert!(since.elapsed() < Duration::from_secs(5));
    assert_eq!(
        chain(&error)[0],
        format!("echo at {address}: could not connect")
    );
    let cause = cause(error);
    assert!(cause.starts_with("NotConnected("), "{cause}");
    assert!(cause.contains(expected), "{cause}");
}

/// Such as one whose machine has lost its power.
#[tokio::test]
async fn a_connection_to_a_silent_server_is_given_up() {
    let address = scripted(|mut raw| async move {
        raw.shake_hands("ROUTER").await;
        raw.until_closed().await;
    })
    .await;
    let probe = probe_of(&address, |it| it.heartbeat(Duration::from_millis(100)));
    let since = Instant::now();
    let error = within(probe.echo("x")).await.unwrap_err();
    assert_eq!(cause(error), "Lost(Silent)");
    assert!((200..5000).contains(&since.elapsed().as_millis()));
}

#[tokio::test]
async fn a_server_that_answers_pings_is_waited_for() {
    let server = running().await;
    let probe = probe_of(&server.address, |it| {
        it.heartbeat(Duration::from_millis(200))
    });
    assert_eq!(within(probe.sleep(1000)).await.unwrap(), 1000);
}

/// It reads nothing meanwhile, no PING either.
#[tokio::test]
async fn a_server_that_is_full_is_waited_for() {
    let server = running_with(ANY_PORT, |serve| serve.max_in_flight(1)).await;
    let probe = probe_of(&server.address, |it| {
        it.heartbeat(Duration::from_millis(1500))
    });
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(probe.gate())).collect();
    pause(4000).await;
    server.watch.gate.add_permits(3);
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap(), "through");
    }
}

/// Calls that were given up are in the queue, and no more of them than may be in flight.
#[test]
fn a_server_that_takes_nothing_does_not_take_memory_without_end() {
    const MEBIBYTE: usize = 1024 * 1024;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let address = runtime.block_on(scripted(|mut raw| async move {
        raw.shake_hands("ROUTER").await;
        pause(60_000).await;
        drop(raw);
    }));
    let set_up = |it: Builder| it.max_in_flight(8).timeout(Duration::from_millis(100));
    let probe = probe_of(&address, set_up);
    let text = "x".repeat(MEBIBYTE);
    // On this thread alone, where allocations are counted.
    let allocated = allocation_counter::measure(|| {
        runtime.block_on(join_all((0..8).map(|_| async {
            for _ in 0..20 {
                let error = probe.echo(&text).await.unwrap_err();
                assert!(error.is_timeout(), "{error:?}");
            }
        })));
    });
    let most = allocated.bytes_max as usize;
    assert!(
        most < 50 * MEBIBYTE,
        "{most} bytes, of 160 messages of a mebibyte"
    );
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// A client outlives the runtime that its connection belongs to.
#[test]
fn a_client_on_one_runtime_after_the_other() {
    let servers = runtime();
    let server = servers.block_on(running());
    let probe = server.probe();
    for _ in 0..3 {
        let one = runtime();
        let answer = one.block_on(async { within(probe.echo("x")).await });
        assert_eq!(answer.unwrap(), "x");
        drop(one);
    }
}

#[test]
fn a_call_that_waits_on_another_runtimes_connection_fails_with_it() {
    let (servers, one, other) = (runtime(), runtime(), runtime());
    let server = servers.block_on(running());
    let probe = probe_of(&server.address, |it| it.max_in_flight(2));
    let echoed = one.block_on(async { within(probe.echo("x")).await });
    assert_eq!(echoed.unwrap(), "x");
    let call = other.spawn(probe.gate());
    other.block_on(server.watch.until_started(1));
    drop(one);
    let error = other.block_on(within(call)).unwrap().unwrap_err();
    assert_eq!(cause(error), "Lost(Ended)");
    let echoed = other.block_on(async { within(probe.echo("x")).await });
    assert_eq!(echoed.unwrap(), "x");
}

/// However the end of a runtime and a call come together, the call does not hang.
#[test]
fn a_call_amid_the_end_of_another_runtime() {
    let servers = runtime();
    let server = servers.block_on(running());
    let probe = server.probe();
    for _ in 0..200 {
        let one = runtime();
        let answer = one.block_on(async { within(probe.echo("x")).await });
        if let Err(error) = answer {
            assert!(cause(error).contains("Ended"));
        }
        one.shutdown_background();
    }
}

/// The task that connects ends with the last client, and what was given to it is sent.
#[tokio::test]
async fn a_client_that_goes_closes_its_connection() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let address = scripted(move |mut raw| {
        let sender = sender.clone();
        async move {
            raw.shake_hands("ROUTER").await;
            let frames = raw.message().await;
            raw.until_closed().await;
            sender.send(frames.len()).unwrap();
        }
    })
    .await;
    let probe = probe_of(&address, |it| it);
    within(probe.note("x")).await.unwrap();
    drop(probe);
    assert_eq!(within(receiver.recv()).await, Some(3));
}

/// It has been handed to the system, which has not sent all of it when something comes from the server. Were the socket
/// closed by then, it would be reset, and the rest of the notification lost.
#[tokio::test]
async fn a_notification_of_a_client_that_goes_gets_there_whole() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let address = scripted(move |mut raw| {
        let sender = sender.clone();
        async move {
            raw.shake_hands("ROUTER").await;
            pause(300).await;
            raw.send(&message("for nobody")).await;
            pause(200).await;
            sender.send(raw.message().await.len()).unwrap();
        }
    })
    .await;
    let probe = probe_of(&address, |it| it);
    let text = "x".repeat(1024 * 1024);
    within(probe.note(&text)).await.unwrap();
    drop(probe);
    assert_eq!(within(receiver.recv()).await, Some(3));
}

/// One that takes connections and closes them is not there, however often it does so.
#[tokio::test]
async fn a_server_that_says_nothing_but_hello_is_left_alone_for_longer_and_longer() {
    let count = Arc::new(AtomicUsize::new(0));
    let connections = Arc::clone(&count);
    let address = scripted(move |mut raw| {
        connections.fetch_add(1, Ordering::SeqCst);
        async move { raw.shake_hands("ROUTER").await }
    })
    .await;
    let probe = probe_of(&address, quick);
    let since = Instant::now();
    while since.elapsed() < Duration::from_millis(1500) {
        within(probe.echo("x")).await.unwrap_err();
    }
    let count = count.load(Ordering::SeqCst);
    assert!((2..=10).contains(&count), "{count} connections");
}

#[tokio::test]
async fn without_a_backoff_there_is_still_a_pause() {
    let count = Arc::new(AtomicUsize::new(0));
    let connections = Arc::clone(&count);
    let address = scripted(move |raw| {
        connections.fetch_add(1, Ordering::SeqCst);
        async move { drop(raw) }
    })
    .await;
    let probe = probe_of(&address, |it| quick(it).max_backoff(Duration::ZERO));
    within(probe.echo("x")).await.unwrap_err();
    let count = count.load(Ordering::SeqCst);
    assert!((2..=250).contains(&count), "{count} connections");
}

/// The PING waits behind what is sent, so that there can't be an answer to it.
#[cfg(unix)]
#[tokio::test]
async fn an_upload_may_take_longer_than_the_heartbeat() {
    let path = socket_path();
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let hello = [greeting(1), ready("ROUTER")].concat();
        stream.write_all(&hello).await.unwrap();
        let mut part = vec![0; 64 * 1024];
        while stream.read(&mut part).await.unwrap() > 0 {
            pause(25).await;
        }
    });
    let address = format!("ipc://{}", path.display());
    let probe = probe_of(&address, |it| it.heartbeat(Duration::from_secs(1)));
    let text = "x".repeat(8 * 1024 * 1024);
    let since = Instant::now();
    within(probe.note(&text)).await.unwrap();
    assert!(since.elapsed() > Duration::from_millis(2500));
    drop(probe);
    within(server).await.unwrap();
    std::fs::remove_file(&path).unwrap();
}
