//! A server that stops says so (GOAWAY), and loses nothing.

use std::net::TcpListener as StdListener;
use std::time::Instant;

use rpc_core::{CallError, Dispatcher};

use super::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, INITIAL_WINDOW_SIZE, SETTINGS,
    WINDOW_UPDATE, frame, head, ping, request,
};
use super::*;

/// Longer than a server that has nothing to wait for takes to stop.
const SOON: Duration = Duration::from_secs(20);

async fn stops<T: Transport>(watch: &Watch, mut server: Running, probe: ProbeClient<T>) {
    const CALLS: usize = 100;
    let calls = gates(&probe, CALLS);
    watch.until_started(CALLS).await;
    server.signal_stop();
    pause(700).await;
    assert!(!server.task.is_finished());
    all_through(watch, calls).await;
    let since = Instant::now();
    within(server.task).await.unwrap().unwrap();
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
    assert_eq!(watch.finished.load(Ordering::SeqCst), CALLS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_calls() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let probe = over_lean(&server);
    stops(&watch, server, probe).await;
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let probe = over_reqwest(&server);
    stops(&watch, server, probe).await;
}

/// A client that never confirms anything does not hold it up.
#[tokio::test]
async fn a_stop_does_not_wait_for_silent_clients() {
    let mut server = running(probe()).await;
    let mut silent = Frames::connect(&server, &[]).await;
    let mut mute = server.connect().await;
    mute.send(b"").await;
    assert!(silent.next_of(SETTINGS).await.is_some());
    let since = Instant::now();
    server.signal_stop();
    within(server.task).await.unwrap().unwrap();
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
    assert!(silent.next_of(frames::GOAWAY).await.is_some());
}

/// A client that has not taken all of its answer yet has time for it, as without the stop.
#[tokio::test]
async fn a_stop_waits_for_slow_clients() {
    let mut server = running(probe()).await;
    let mut clients = Vec::new();
    for length in [900, 10_000] {
        let big = format!(r#"{{"jsonrpc":"2.0","method":"big","params":[{length}],"id":1}}"#);
        let mut client = Frames::connect(&server, &[(INITIAL_WINDOW_SIZE, 100)]).await;
        client.send(&request(1, &big)).await;
        let first = client.next_of(DATA).await.unwrap();
        assert_eq!(first.payload.len(), 100);
        clients.push((client, length));
    }
    server.signal_stop();
    // A client without an answer is given up by then.
    pause(4000).await;
    for (mut client, length) in clients {
        let room = 20_000_u32.to_be_bytes();
        client.send(&frame(WINDOW_UPDATE, 0, 1, &room)).await;
        assert!(client.body(1).await.len() > length - 100);
    }
}

/// A request has begun with its first byte.
#[tokio::test]
async fn a_stop_waits_for_the_rest_of_a_head() {
    let mut server = running_with(probe(), |it| it.header_timeout(LIMIT)).await;
    let mut client = Frames::connect(&server, &[]).await;
    assert!(client.next_of(SETTINGS).await.is_some());
    client.send(&head(1, 0)).await;
    server.signal_stop();
    pause(4000).await;
    client.send(&frame(CONTINUATION, END_HEADERS, 1, b"")).await;
    let body = frame(DATA, END_STREAM, 1, ECHO.as_bytes());
    client.send(&body).await;
    assert_eq!(client.body(1).await, ECHOED);
}

/// The server closes its side first. Bytes that come after that would otherwise reset the connection, and the reset may take
/// the last answer with it.
#[tokio::test]
async fn a_client_may_go_on_sending_for_a_moment() {
    let set_up = |it: Serve<_>| it.write_timeout(Duration::from_millis(300));
    let mut server = running_with(probe(), set_up).await;
    let mut client = Frames::connect(&server, &[]).await;
    client.send(&request(1, ECHO)).await;
    assert_eq!(client.body(1).await, ECHOED);
    server.signal_stop();
    client.until_closed().await;
    for _ in 0..20 {
        client.send(&ping()).await;
        pause(20).await;
    }
}

#[tokio::test]
async fn calls_are_broken_off_at_the_deadline() {
    let (watch, endpoint) = watched();
    let set_up = |it: Serve<_>| it.shutdown_deadline(Duration::from_millis(800));
    let mut server = running_with(endpoint, set_up).await;
    let probe = over_lean(&server);
    let mut calls = gates(&probe, 10);
    watch.until_started(10).await;
    // One has lost its client.
    calls.pop().unwrap().abort();
    server.signal_stop();
    within(server.task).await.unwrap().unwrap();
    watch.until_cancelled(10).await;
    for call in calls {
        let error = within(call).await.unwrap().unwrap_err();
        assert_eq!(error.execution(), Execution::MaybeRun, "{error:?}");
    }
}

/// One server takes over from another on the same socket, again and again, while clients call as fast as they can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_is_lost_when_a_server_is_replaced() {
    const SERVERS: usize = 5;
    const CLIENTS: usize = 20;
    let listener = StdListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let ran = Arc::new(AtomicUsize::default());
    let service = || {
        let ran = Arc::clone(&ran);
        Dispatcher::new().method("next", move || {
            let number = ran.fetch_add(1, Ordering::SeqCst);
            async move { number }
        })
    };
    let start = || {
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = TcpListener::from_std(listener.try_clone().unwrap()).unwrap();
        let serve = serve(listener, endpoint(service())).shutdown(async { drop(stopped.await) });
        (stop, tokio::spawn(serve.into_future()))
    };
    let client = lean::Client::builder()
        .http2_prior_knowledge()
        .timeout(LIMIT);
    let client = client.build(&url).unwrap();
    let is_over = Arc::new(std::sync::atomic::AtomicBool::default());
    let mut servers = vec![start()];
    let callers: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (client, is_over) = (client.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answered = 0;
                while !is_over.load(Ordering::SeqCst) {
                    client.call::<_, usize>("next", ()).await?;
                    answered += 1;
                }
                Ok::<usize, CallError>(answered)
            })
        })
        .collect();
    for _ in 1..SERVERS {
        let before = ran.load(Ordering::SeqCst);
        until(|| ran.load(Ordering::SeqCst) > before + 200).await;
        servers.push(start());
        let (stop, stopped) = servers.remove(0);
        stop.send(()).unwrap();
        within(stopped).await.unwrap().unwrap();
    }
    is_over.store(true, Ordering::SeqCst);
    let mut answered = 0;
    for caller in callers {
        answered += within(caller).await.unwrap().unwrap();
    }
    assert_eq!(answered, ran.load(Ordering::SeqCst), "answered, ran");
    assert!(answered > 200 * (SERVERS - 1));
}
