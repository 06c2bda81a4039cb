//! rpc-tokio is enough for a new transport: one is written here, and these tests use it.

mod transport;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use rpc_core::Client;
use rpc_tokio::client::{Channel, ChannelSettings};
use rpc_tokio::server::{BrokenOff, Connections, Listener};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use self::transport::{Lines, serve};
use crate::http::{ProbeClient, ProbeServer, Prober, Watch, chain, within};

struct Running {
    path: PathBuf,
    watch: Arc<Watch>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<BrokenOff>,
}

async fn running(name: &str) -> Running {
    let name = format!("rpc-lines-{}-{name}.sock", std::process::id());
    let path = std::env::temp_dir().join(name);
    let listener = Listener::bind_unix(&path).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    // A second connection would not be served.
    let connections = Connections::default().max_connections(1);
    let connections = connections.shutdown(async { drop(stopped.await) });
    let prober = Prober::default();
    let watch = Arc::clone(&prober.0);
    let task = tokio::spawn(serve(listener, ProbeServer::new(prober), connections));
    Running {
        path,
        watch,
        stop,
        task,
    }
}

fn connect(path: PathBuf) -> Client<Channel<Lines>> {
    Client::from_transport(Channel::new(Lines(path), ChannelSettings::default()))
}

impl Running {
    fn client(&self) -> ProbeClient<Channel<Lines>> {
        ProbeClient::new(connect(self.path.clone()))
    }
}

#[tokio::test]
async fn a_call() {
    let server = running("call").await;
    let answer = within(server.client().echo("a\nb").into_future()).await;
    assert_eq!(answer.unwrap(), "a\nb");
}

#[tokio::test]
async fn concurrent_calls_share_a_connection_and_are_answered_as_they_are_done() {
    const CALLS: u64 = 64;

    let server = running("concurrent").await;
    let client = server.client();
    let mut calls: FuturesUnordered<_> = (0..CALLS)
        .map(|n| {
            let (client, milliseconds) = (client.clone(), 10 * (CALLS - n));
            async move { (milliseconds, client.sleep(milliseconds).await.unwrap()) }
        })
        .collect();
    let mut done = Vec::new();
    while let Some((asked, answered)) = within(calls.next()).await {
        assert_eq!(asked, answered);
        done.push(asked);
    }
    assert_eq!(done.len() as u64, CALLS);
    // The first to be sent took longest.
    assert!(done[0] < 10 * CALLS, "they were answered in order");
}

#[tokio::test]
async fn a_stop_lets_calls_finish() {
    let server = running("stop").await;
    let client = server.client();
    let call = tokio::spawn(async move { client.gate().await });
    server.watch.until_started(1).await;
    server.stop.send(()).unwrap();
    // Longer than requests are taken after the signal.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!server.task.is_finished());
    server.watch.gate.add_permits(1);
    assert_eq!(within(call).await.unwrap().unwrap(), "through");
    assert_eq!(within(server.task).await.unwrap(), BrokenOff::default());

    // Nobody listens any more, and nothing was sent.
    let client = ProbeClient::new(connect(server.path.clone()));
    let call = client.echo("x").timeout(Duration::from_millis(300));
    let error = within(call.into_future()).await.unwrap_err();
    let causes = chain(&error).join(": ");
    assert!(causes.contains("not connected"), "{causes}");
}
