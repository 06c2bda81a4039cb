//! Clients that gather calls, over HTTP. Compiled once over each transport, as `client` is. What is asked of the gathering
//! itself is in `crate::batching`.

use std::sync::Mutex;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::middleware::from_fn_with_state;
use futures_util::future::join_all;
use rpc_core::{Batching, Execution};

use super::client::{Puppet, reply_to, response};
use super::*;

fn batching(url: &str) -> Client {
    let builder = Client::builder().batching(Batching::default());
    builder.build(url).unwrap()
}

fn probe_at(url: &str) -> ProbeClient<Carrier> {
    ProbeClient::new(batching(url))
}

/// A server of ours, and how many messages it was sent.
async fn counting() -> (Running, Arc<AtomicUsize>) {
    let messages = Arc::new(AtomicUsize::default());
    let count = from_fn_with_state(
        Arc::clone(&messages),
        async |State(messages): State<Arc<AtomicUsize>>,
               request: axum::extract::Request,
               next: axum::middleware::Next| {
            messages.fetch_add(1, Ordering::SeqCst);
            next.run(request).await
        },
    );
    let app = axum::Router::new().route_service("/", probe());
    (running(app.layer(count)).await, messages)
}

#[tokio::test]
async fn calls_of_the_same_time_are_one_message() {
    let (server, messages) = counting().await;
    let probe = probe_at(&server.url());
    let calls = (0..64).map(|n| {
        let probe = probe.clone();
        async move {
            let text = format!("call {n}");
            assert_eq!(probe.echo(&text).await.unwrap(), text);
        }
    });
    within(join_all(calls)).await;
    assert_eq!(messages.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_many_tasks_are_few_messages() {
    let (server, messages) = counting().await;
    let probe = probe_at(&server.url());
    let tasks = (0..64).map(|n| {
        let probe = probe.clone();
        tokio::spawn(async move {
            for turn in 0..10 {
                let text = format!("call {n}.{turn}");
                assert_eq!(probe.echo(&text).await.unwrap(), text);
            }
        })
    });
    for task in within(join_all(tasks)).await {
        task.unwrap();
    }
    let messages = messages.load(Ordering::SeqCst);
    assert!(messages < 320, "640 calls were {messages} messages");
}

#[tokio::test]
async fn a_call_without_company_is_a_plain_call() {
    let mut puppet = Puppet::replying(ECHOED).await;
    let call = probe_at(&puppet.url).echo("hi");
    assert_eq!(within(call).await.unwrap(), "hi");
    let request = puppet.request().await;
    assert!(request.ends_with(&format!("\r\n\r\n{ECHO}")), "{request}");
}

#[tokio::test]
async fn a_call_with_a_header_of_its_own_keeps_to_itself() {
    let (server, messages) = counting().await;
    let probe = probe_at(&server.url());
    let user = || probe.header("x-user");
    let (ann, nobody, nobody_either, bob) = within(async {
        tokio::join!(
            user().header("x-user", "ann"),
            user(),
            user(),
            user().header("x-user", "bob"),
        )
    })
    .await;
    assert_eq!(ann.unwrap().as_deref(), Some("ann"));
    assert_eq!(bob.unwrap().as_deref(), Some("bob"));
    assert_eq!((nobody.unwrap(), nobody_either.unwrap()), (None, None));
    assert_eq!(messages.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn each_call_waits_as_long_as_it_was_told() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let probe = probe_at(&server.url());
    let short = Duration::from_millis(200);
    let patient = tokio::spawn(probe.gate().timeout(Duration::from_secs(15)));
    let impatient = probe.gate().timeout(short);
    assert!(within(impatient).await.unwrap_err().is_timeout());
    watch.gate.add_permits(2);
    assert_eq!(within(patient).await.unwrap().unwrap(), "through");

    // Without a word, the client's timeout holds, and nothing is left running.
    let builder = Client::builder().batching(Batching::default());
    let hasty = builder.timeout(short).build(server.url()).unwrap();
    let hasty = ProbeClient::new(hasty);
    let calls = [hasty.gate(), hasty.gate()];
    for call in within(join_all(calls)).await {
        assert!(call.unwrap_err().is_timeout());
    }
    watch.until_cancelled(2).await;
}

/// What came: `b`atches and `c`alls.
type Heard = Arc<Mutex<String>>;

/// Answers messages of several calls with a status, and calls as they should be.
async fn without_batches(status: &'static str) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let heard = Heard::default();
    let hearing = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let hearing = Arc::clone(&hearing);
            tokio::spawn(async move {
                let mut raw = Raw {
                    stream,
                    rest: Vec::new(),
                };
                while let Some(request) = raw.try_response().await {
                    let batch = request.contains("\r\n\r\n[");
                    hearing.lock().unwrap().push(if batch { 'b' } else { 'c' });
                    let reply = match batch {
                        true => response(status, "content-type: text/html\r\n", "<h1>no</h1>"),
                        false => reply_to(&request),
                    };
                    raw.send(reply.as_bytes()).await;
                }
            });
        }
    });
    (url, heard)
}

#[tokio::test]
async fn a_server_that_refuses_a_batch_unread_is_sent_calls() {
    for status in [
        "413 Payload Too Large",
        "415 Unsupported Media Type",
        "501 Not Implemented",
    ] {
        let (url, heard) = without_batches(status).await;
        let probe = probe_at(&url);
        for _ in 0..2 {
            let calls = (0..3).map(|_| probe.echo("hi"));
            for echo in within(join_all(calls)).await {
                assert_eq!(echo.unwrap(), "hi", "{status}");
            }
        }
        assert_eq!(*heard.lock().unwrap(), "bcccccc", "{status}");
    }
}

/// Other statuses leave open whether a part of it has run. A server that is busy may understand batches.
#[tokio::test]
async fn a_batch_that_may_have_run_is_not_sent_again() {
    for (status, execution, then) in [
        ("200 OK", Execution::MaybeRun, "ccc"),
        ("400 Bad Request", Execution::MaybeRun, "ccc"),
        ("404 Not Found", Execution::NotRun, "ccc"),
        ("422 Unprocessable Content", Execution::MaybeRun, "ccc"),
        ("500 Internal Server Error", Execution::MaybeRun, "ccc"),
        ("429 Too Many Requests", Execution::NotRun, "b"),
        ("503 Service Unavailable", Execution::MaybeRun, "b"),
    ] {
        let (url, heard) = without_batches(status).await;
        let probe = probe_at(&url);
        let calls = || join_all((0..3).map(|_| probe.echo("hi")));
        for echo in within(calls()).await {
            assert_eq!(echo.unwrap_err().execution(), execution, "{status}");
        }
        let alone = within(calls()).await;
        assert_eq!(alone.iter().all(Result::is_ok), then == "ccc", "{status}");
        assert_eq!(*heard.lock().unwrap(), format!("b{then}"), "{status}");
    }
}

#[tokio::test]
async fn calls_to_a_server_that_has_gone_fail_and_those_to_the_next_one_do_not() {
    let mut server = running(probe()).await;
    let address = server.address;
    let probe_client = probe_at(&server.url());
    let three = || {
        let calls = (0..3).map(|_| probe_client.echo("hi"));
        within(join_all(calls))
    };
    assert!(three().await.iter().all(Result::is_ok));
    server.signal_stop();
    server.until_stopped().await;
    for call in three().await {
        let error = call.unwrap_err();
        assert!(error.is_transport(), "{error:?}");
    }
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(serve(listener, probe()).into_future());
    assert!(three().await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn giving_all_calls_of_a_message_up_cancels_it() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let probe = probe_at(&server.url());
    let calls = [0, 1].map(|_| tokio::spawn(probe.gate()));
    watch.until_started(2).await;
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    watch.until_cancelled(2).await;
}
