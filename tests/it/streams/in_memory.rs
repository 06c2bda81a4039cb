//! Streams and callbacks in one process.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use rpc_core::memory::Memory;
use rpc_core::{CallError, Server, memory};
use rpc_tokio::Tokio;

use super::checks;
use super::feed::{AnswersServer, AsksBack, FeedClient, FeedServer, Source, Watch};

#[tokio::test]
async fn streams() {
    let watch = Arc::new(Watch::default());
    let server = Server::new(FeedServer::new(Source(Arc::clone(&watch)))).runtime(Tokio);
    checks::all(memory::connect(server), &watch).await;
}

#[tokio::test]
async fn callbacks() {
    let memory = Memory::new(FeedServer::new(Source::default()));
    let memory = memory.client_service(AnswersServer::new(AsksBack::default()));
    checks::callbacks(memory.connect()).await;
}

/// The source is polled by whoever reads the stream, so a test needs no runtime.
#[test]
fn without_a_runtime() {
    let feed = FeedClient::new(memory::connect(FeedServer::new(Source::default())));
    let read = async {
        let items = feed.count(5).await.unwrap();
        items.map(Result::unwrap).collect::<Vec<u64>>().await
    };
    assert_eq!(read.now_or_never().unwrap(), [1, 2, 3, 4, 5]);
}

/// The source of a stream that is dropped outside of its runtime is dropped, too.
#[test]
fn a_stream_outlives_its_runtime() {
    let watch = Arc::new(Watch::default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = Server::new(FeedServer::new(Source(Arc::clone(&watch)))).runtime(Tokio);
    let feed = FeedClient::new(memory::connect(server));
    let items = runtime.block_on(async { feed.silent().await.unwrap() });
    drop(runtime);
    drop(items);
    assert_eq!(watch.running(), 0);
}

#[tokio::test]
async fn a_silent_stream_times_out() {
    let server = Server::new(FeedServer::new(Source::default())).runtime(Tokio);
    let feed = FeedClient::new(memory::connect(server));
    let silent = feed.silent().idle_timeout(Duration::from_millis(100));
    let started = std::time::Instant::now();
    let mut items = silent.await.unwrap();
    let failed = items.next().await.unwrap();
    assert!(matches!(failed, Err(CallError::Timeout(_))), "{failed:?}");
    assert!(started.elapsed() >= Duration::from_millis(100));
    assert!(items.next().await.is_none());
}
