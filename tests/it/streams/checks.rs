//! What holds over every transport that can carry a stream.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::{CallError, Client, Transport, code};

use super::feed::{FeedClient, FeedError, LIMIT, Watch, until};

/// Runs all checks over a connection that carries many streams, within a limit.
pub async fn all<T: Transport>(client: Client<T>, watch: &Watch) {
    one_by_one(client.clone(), watch).await;
    let feed = FeedClient::new(client);
    tokio::time::timeout(
        LIMIT,
        dropped_streams_leave_nothing_behind(&feed, watch, 10_000),
    )
    .await
    .expect("it takes too long");
}

/// Runs those that hold over any transport, also over one with a connection for each stream.
pub async fn one_by_one<T: Transport>(client: Client<T>, watch: &Watch) {
    let feed = FeedClient::new(client.clone());
    let run = async {
        items_come_in_order_and_the_end_is_clean(&feed).await;
        a_refused_stream_is_an_error_of_the_call(&feed).await;
        the_first_error_is_the_end(&feed).await;
        an_item_that_cannot_be_written_is_an_internal_error(&feed).await;
        a_panic_ends_its_stream_only(&feed).await;
        nulls_are_items(&feed).await;
        several_streams_share_the_connection(&feed).await;
        many_items_pass(&feed).await;
        a_stream_needs_no_contract(&client).await;
        a_stream_is_not_an_entry_of_a_batch(&client).await;
        a_stream_as_a_notification_runs_nothing(&client, watch).await;
        a_dropped_stream_drops_its_source(&feed, watch).await;
        nobody_reads_nothing_is_made(&feed, watch).await;
    };
    tokio::time::timeout(LIMIT, run)
        .await
        .expect("it takes too long");
}

async fn items_come_in_order_and_the_end_is_clean<T: Transport>(feed: &FeedClient<T>) {
    for to in [0, 1, 2, 100] {
        let mut items = feed.count(to).await.unwrap();
        for expected in 1..=to {
            assert_eq!(items.next().await.unwrap().unwrap(), expected);
        }
        assert!(items.next().await.is_none());
        assert!(items.next().await.is_none(), "it stays at its end");
    }
}

async fn a_refused_stream_is_an_error_of_the_call<T: Transport>(feed: &FeedClient<T>) {
    let refused = feed.fragile(0).await;
    assert!(
        matches!(refused, Err(CallError::Method(FeedError::Empty))),
        "{refused:?}"
    );
}

async fn the_first_error_is_the_end<T: Transport>(feed: &FeedClient<T>) {
    let mut items = feed.fragile(5).await.unwrap();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    let failed = items.next().await.unwrap();
    assert!(
        matches!(failed, Err(CallError::Method(FeedError::TooMuch { at: 3 }))),
        "{failed:?}"
    );
    assert!(items.next().await.is_none());
}

async fn an_item_that_cannot_be_written_is_an_internal_error<T: Transport>(feed: &FeedClient<T>) {
    let mut items = feed.unwritable().await.unwrap();
    assert_eq!(items.next().await.unwrap().unwrap(), 1.5);
    let failed = items.next().await.unwrap().unwrap_err();
    assert_eq!(failed.object().unwrap().code(), code::INTERNAL_ERROR);
    let target = failed.target().unwrap().to_string();
    assert!(target.contains("feed.unwritable"), "{target}");
}

async fn a_panic_ends_its_stream_only<T: Transport>(feed: &FeedClient<T>) {
    let mut items = feed.panicking().await.unwrap();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    let failed = items.next().await.unwrap().unwrap_err();
    assert_eq!(failed.object().unwrap().code(), code::INTERNAL_ERROR);
    assert_eq!(feed.echo("still here").await.unwrap(), "still here");
}

async fn nulls_are_items<T: Transport>(feed: &FeedClient<T>) {
    let items: Vec<Option<u64>> = feed.nothings(3).await.unwrap().try_collect().await.unwrap();
    assert_eq!(items, [None, None, None]);
}

async fn several_streams_share_the_connection<T: Transport>(feed: &FeedClient<T>) {
    let (mut one, mut other) = (
        feed.endless("a").await.unwrap(),
        feed.endless("b\n\"").await.unwrap(),
    );
    for _ in 0..50 {
        assert_eq!(one.next().await.unwrap().unwrap(), "a");
        assert_eq!(other.next().await.unwrap().unwrap(), "b\n\"");
        assert_eq!(feed.echo("c").await.unwrap(), "c");
    }
}

/// More than all buffers and windows together.
async fn many_items_pass<T: Transport>(feed: &FeedClient<T>) {
    let items = feed.count(200_000).await.unwrap();
    let sum = items.try_fold(0, |sum, item| async move { Ok(sum + item) });
    assert_eq!(sum.await.unwrap(), 200_000 * 200_001 / 2);
}

async fn a_stream_needs_no_contract<T: Transport>(client: &Client<T>) {
    let items = client.stream::<_, u64>("feed.count", (3,)).await.unwrap();
    assert_eq!(items.try_collect::<Vec<u64>>().await.unwrap(), [1, 2, 3]);
    let unknown = client
        .stream::<_, u64>("feed.nothing", ())
        .await
        .unwrap_err();
    assert_eq!(unknown.object().unwrap().code(), code::METHOD_NOT_FOUND);
}

async fn a_stream_is_not_an_entry_of_a_batch<T: Transport>(client: &Client<T>) {
    let (echo, stream) = client
        .batch((
            client.call::<_, String>("feed.echo", ("x",)),
            client.call::<_, Option<u64>>("feed.count", (3,)),
        ))
        .await
        .unwrap();
    assert_eq!(echo.unwrap(), "x");
    let refused = stream.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::STREAM_IN_BATCH);
}

async fn a_stream_as_a_notification_runs_nothing<T: Transport>(client: &Client<T>, watch: &Watch) {
    let feed = FeedClient::new(client.clone());
    let before = watch.opened.load(Ordering::SeqCst);
    client.notify("feed.silent", ()).await.unwrap();
    assert_eq!(feed.echo("after it").await.unwrap(), "after it");
    assert_eq!(watch.opened.load(Ordering::SeqCst), before);
}

async fn a_dropped_stream_drops_its_source<T: Transport>(feed: &FeedClient<T>, watch: &Watch) {
    let mut items = feed.endless("x").await.unwrap();
    assert!(items.next().await.is_some());
    let silent = feed.silent();
    let silent = tokio::time::timeout(Duration::from_secs(20), silent).await;
    let silent = silent
        .expect("a stream is open before its first item")
        .unwrap();
    assert!(watch.running() >= 2);
    drop((items, silent));
    watch.until_all_dropped().await;
}

/// The source of a stream that nobody reads comes to a halt.
async fn nobody_reads_nothing_is_made<T: Transport>(feed: &FeedClient<T>, watch: &Watch) {
    let text = "x".repeat(1000);
    let unread = feed.endless(&text).await.unwrap();
    let polled = || watch.polled.load(Ordering::SeqCst);
    // Until the count stands still.
    let (mut before, mut same) = (polled(), 0);
    while same < 10 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        same = if polled() == before { same + 1 } else { 0 };
        before = polled();
    }
    // 64 KiB wait to be written, 256 KiB are granted, and the sockets have buffers of their own.
    let bytes = watch.polled.load(Ordering::SeqCst);
    assert!(bytes > 0);
    assert_eq!(
        feed.echo("others are served").await.unwrap(),
        "others are served"
    );
    drop(unread);
    watch.until_all_dropped().await;
}

pub async fn dropped_streams_leave_nothing_behind<T: Transport>(
    feed: &FeedClient<T>,
    watch: &Watch,
    streams: usize,
) {
    for _ in 0..streams / 100 {
        let streams = (0..100).map(|_| async { feed.silent().await.unwrap() });
        let opened = futures_util::future::join_all(streams).await;
        drop(opened);
    }
    watch.until_all_dropped().await;
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

/// What holds where the server can call its client.
pub async fn callbacks<T: Transport>(client: Client<T>) {
    let feed = FeedClient::new(client);
    let run = async {
        assert_eq!(feed.ask(0).await.unwrap(), "enough");
        assert_eq!(feed.ask(1).await.unwrap(), "1 enough");
        assert_eq!(feed.ask(9).await.unwrap(), "9 8 7 6 5 4 3 2 1 enough");
        assert_eq!(feed.sum(100_000).await.unwrap(), 100_000 * 100_001 / 2);
    };
    tokio::time::timeout(LIMIT, run)
        .await
        .expect("it takes too long");
}

/// Over a transport without a way back: what its server refuses.
pub async fn refusals<T: Transport>(client: Client<T>, watch: &Watch) {
    for (method, params) in [("feed.count", "[3]"), ("feed.ask", "[1]")] {
        let message =
            format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#);
        let reply = client.send(message).await.unwrap().unwrap();
        let reply: serde_json::Value = serde_json::from_str(&reply).unwrap();
        assert_eq!(reply["error"]["code"], code::NEEDS_DUPLEX, "{reply}");
    }
    assert_eq!(watch.opened.load(Ordering::SeqCst), 0);
    until(|| watch.running() == 0).await;
}
