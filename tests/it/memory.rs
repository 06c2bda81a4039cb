//! The in-process transport.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Extensions, HeaderMap, HeaderValue};
use rpc_core::memory::{self, Memory};
use rpc_core::{CallError, Context, Dispatcher, Runtime, Server};

use crate::batching::Tokio;
use crate::http::{ProbeClient, ProbeServer, Prober};

fn dispatcher() -> Dispatcher {
    Dispatcher::new()
        .method("never", std::future::pending::<()>)
        .method("now", || async { 7 })
        .method("soon", || async {
            tokio::task::yield_now().await;
            7
        })
}

#[tokio::test]
async fn without_a_clock_a_timeout_is_an_error() {
    let client = memory::connect(dispatcher());
    let timeout = Duration::from_secs(1);
    let call = || client.call::<_, u32>("now", ());
    let error = call().timeout(timeout).await.unwrap_err();
    assert!(error.is_transport(), "{error:?}");
    assert!(
        error.to_string().contains(".runtime(rpc_tokio::Tokio)"),
        "{error}"
    );
    let error = client.batch([call().timeout(timeout)]).await.unwrap_err();
    assert!(error.is_transport());
    assert_eq!(call().await.unwrap(), 7);
}

#[tokio::test]
async fn with_a_clock_calls_time_out() {
    let client = memory::connect(Server::new(dispatcher()).runtime(Tokio));
    let never = || client.call::<_, ()>("never", ());
    let soon = || client.call::<_, u32>("soon", ());
    let short = Duration::from_millis(10);
    assert!(never().timeout(short).await.unwrap_err().is_timeout());
    assert!(
        client
            .batch([never()])
            .timeout(short)
            .await
            .unwrap_err()
            .is_timeout()
    );
    let never = never().notify().timeout(short).await;
    assert!(never.unwrap_err().is_timeout());

    let long = Duration::from_secs(600);
    assert_eq!(soon().timeout(long).await.unwrap(), 7);
    assert_eq!(soon().await.unwrap(), 7);
    let now = client.call::<_, u32>("now", ()).timeout(Duration::ZERO);
    assert_eq!(now.await.unwrap(), 7);
}

#[tokio::test]
async fn any_clock_works() {
    /// Its hours pass at once.
    struct Impatient(Arc<AtomicUsize>);

    impl Runtime for Impatient {
        fn spawn(&self, given_up: impl Future<Output = ()> + Send + 'static) {
            drop(given_up);
        }

        fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
            assert!(duration <= Duration::from_secs(3600));
            self.0.fetch_add(1, Ordering::Relaxed);
            std::future::ready(())
        }

        fn spawn_blocking(&self, _: impl FnOnce() + Send + 'static) {
            unreachable!("no method blocks");
        }
    }

    let asked = Arc::new(AtomicUsize::new(0));
    let server = Server::new(dispatcher()).runtime(Impatient(Arc::clone(&asked)));
    let client = memory::connect(server);
    assert!(matches!(
        client
            .call::<_, ()>("never", ())
            .timeout(Duration::from_secs(3600))
            .await,
        Err(CallError::Timeout(_))
    ));
    assert_eq!(client.call::<_, u32>("now", ()).await.unwrap(), 7);
    // By the client and by the server.
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_server_with_other_limits() {
    let client = memory::connect(Server::new(dispatcher()).max_batch(0));
    let error = client
        .batch([client.call::<_, u32>("now", ())])
        .await
        .unwrap_err();
    let detail: String = error.object().unwrap().data_as().unwrap();
    assert_eq!(detail, "batches are not accepted");
}

#[tokio::test]
async fn raw_messages_are_sent_unchanged() {
    let client = memory::connect(dispatcher());
    assert_eq!(
        client
            .send(r#"{"jsonrpc":"2.0","method":"now","id":"x"}"#)
            .await
            .unwrap()
            .unwrap(),
        r#"{"jsonrpc":"2.0","result":7,"id":"x"}"#
    );
    let silence = client.send(r#"{"jsonrpc":"2.0","method":"now"}"#).await;
    assert_eq!(silence.unwrap(), None);
}

/// As over a network. Without a runtime, there is nothing that could run it.
#[tokio::test]
async fn what_is_given_up_runs_to_its_end_if_there_is_a_runtime() {
    for has_runtime in [true, false] {
        let prober = Prober::default();
        let watch = Arc::clone(&prober.0);
        let server = Server::new(ProbeServer::new(prober));
        let server = match has_runtime {
            true => server.runtime(Tokio),
            false => server,
        };
        let client = memory::connect(server);
        let probe = ProbeClient::new(client.clone());
        let calls = [
            tokio::spawn(async move { drop(probe.gate().await) }),
            tokio::spawn({
                let client = client.clone();
                async move { drop(client.call::<_, ()>("gate", ()).notify().await) }
            }),
            // Only this one is cancelled.
            tokio::spawn(async move { drop(client.call::<_, ()>("frail", ()).await) }),
        ];
        watch.until_started(3).await;
        calls.iter().for_each(tokio::task::JoinHandle::abort);
        watch.until_cancelled(if has_runtime { 1 } else { 3 }).await;
        if has_runtime {
            watch.gate.add_permits(2);
            watch.until_finished(2).await;
            assert_eq!(watch.cancelled.load(Ordering::SeqCst), 1);
        }
    }
}

#[derive(Clone)]
struct User(&'static str);

/// Says who calls: the user that a layer found, the user that a header names, and the request's id.
fn whoami() -> Dispatcher {
    Dispatcher::new().method("whoami", |cx: Context| async move {
        let user = cx.get::<User>().map_or("nobody", |user| user.0);
        let headers = cx.headers().get_all("x-user").iter();
        let headers = headers.map(|value| value.to_str().unwrap());
        let headers: Vec<&str> = headers.collect();
        format!("{user} {}", headers.join("+"))
    })
}

#[tokio::test]
async fn messages_carry_extensions_and_headers() {
    shows_extensions_and_headers(Memory::new(whoami())).await;
    shows_extensions_and_headers(Memory::new(Server::new(whoami()).runtime(Tokio))).await;
}

async fn shows_extensions_and_headers(memory: Memory<Dispatcher>) {
    let whoami = async |memory: Memory<_>| {
        let client = memory.connect();
        client.call::<_, String>("whoami", ()).await.unwrap()
    };
    assert_eq!(whoami(memory.clone()).await, "nobody ");
    let ann = memory.clone().extension(User("bob")).extension(User("ann"));
    assert_eq!(whoami(ann.clone()).await, "ann ");

    let mut headers = HeaderMap::new();
    headers.append("x-user", HeaderValue::from_static("1"));
    headers.append("x-user", HeaderValue::from_static("2"));
    let ann = ann.headers(headers);
    assert_eq!(whoami(ann.clone()).await, "ann 1+2");
    let client = ann.connect();
    let call = || client.call::<_, String>("whoami", ());
    assert_eq!(call().header("x-user", "3").await.unwrap(), "ann 3");
    assert_eq!(call().header("x-other", "3").await.unwrap(), "ann 1+2");
    let (one, two) = client.batch((call(), call())).await.unwrap();
    assert_eq!((&*one.unwrap(), &*two.unwrap()), ("ann 1+2", "ann 1+2"));

    let mut extensions = Extensions::new();
    extensions.insert(User("cid"));
    let cid = memory.extension(User("ann")).extensions(extensions);
    assert_eq!(whoami(cid).await, "cid ");
}

#[test]
fn its_debug_output_hides_credentials() {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static("sesame"));
    let memory = Memory::new(whoami()).headers(headers);
    let shown = format!("{memory:?}");
    assert!(
        shown.contains("authorization") && !shown.contains("sesame"),
        "{shown}"
    );
}
