//! Streams of server-sent events. Over HTTP/2 they share one connection, however many there are.

use futures_util::StreamExt;
use rpc_core::code;

use super::*;
use crate::streams::checks;
use crate::streams::feed::{FeedClient, FeedServer, Source, Watch as Fed};

fn feed() -> (Arc<Fed>, Endpoint<FeedServer<Source>>) {
    let watch = Arc::new(Fed::default());
    let endpoint = endpoint(FeedServer::new(Source(Arc::clone(&watch))));
    let interval = Duration::from_millis(50);
    (watch, endpoint.heartbeat_interval(interval))
}

async fn all<C: Connections>(builder: impl Fn() -> Builder<C>) {
    const STREAMS: usize = 50;
    let (watch, endpoint) = feed();
    let mut server = running_with(endpoint, |serve| serve.max_connections(1)).await;
    let client = builder().http2_prior_knowledge();
    let client = client.build(server.url()).unwrap();
    checks::one_by_one(client.clone(), &watch).await;
    let feed = FeedClient::new(client);
    within(checks::dropped_streams_leave_nothing_behind(
        &feed, &watch, 500,
    ))
    .await;

    // Browsers open six connections of HTTP/1.1 to a server.
    let mut streams = Vec::new();
    for _ in 0..STREAMS {
        streams.push(within(feed.endless("x").into_future()).await.unwrap());
    }
    for stream in &mut streams {
        assert_eq!(within(stream.next()).await.unwrap().unwrap(), "x");
    }
    assert_eq!(watch.running(), STREAMS);
    drop(streams);
    watch.until_all_dropped().await;

    let mut silent = within(feed.silent().into_future()).await.unwrap();
    server.signal_stop();
    let ended = within(silent.next()).await.expect("not a clean end");
    let ended = ended.unwrap_err();
    assert_eq!(ended.object().unwrap().code(), code::SERVER_CANCELLED);
    watch.until_all_dropped().await;
    within(server.task).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_by_the_lean_client() {
    all(lean::Client::builder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_by_the_client_on_reqwest() {
    all(Client::builder).await;
}

/// A reader that is stuck loses its stream, and not the calls that share its connection.
#[tokio::test]
async fn a_reader_that_is_stuck_loses_its_stream() {
    let (watch, endpoint) = feed();
    let set_up = |it: Serve<_>| it.write_timeout(Duration::from_millis(300));
    let server = running_with(endpoint, set_up).await;
    let client = lean::Client::builder().http2_prior_knowledge();
    let feed = FeedClient::new(client.build(server.url()).unwrap());
    let stuck = within(feed.endless(&"x".repeat(10_000)).into_future()).await;
    watch.until_all_dropped().await;
    assert_eq!(within(feed.echo("hi")).await.unwrap(), "hi");
    let mut stuck = stuck.unwrap();
    let end = within(async {
        loop {
            match stuck.next().await.expect("not a clean end") {
                Ok(_) => {}
                Err(error) => break error,
            }
        }
    });
    assert_eq!(end.await.execution(), Execution::MaybeRun);
}
