//! A server that stops says so (GOAWAY), and loses nothing.

use std::net::TcpListener as StdListener;
use std::time::Instant;

use rpc_core::{CallError, Dispatcher};

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
    let mut silent = frames::Frames::connect(&server, &[]).await;
    let mut mute = server.connect().await;
    mute.send(b"").await;
    assert!(silent.next_of(frames::SETTINGS).await.is_some());
    let since = Instant::now();
    server.signal_stop();
    within(server.task).await.unwrap().unwrap();
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
    assert!(silent.next_of(frames::GOAWAY).await.is_some());
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
