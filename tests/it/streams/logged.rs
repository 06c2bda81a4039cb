//! Streams in the message log: when they are opened, how many items they had, and how they ended.

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::{Client, Transport};

use super::feed::{FeedClient, until};
use super::over_websocket::Running;
use crate::log::Log;

/// Only what is said of streams.
fn said(log: &Log) -> Vec<String> {
    let lines = log.messages();
    let said = lines.iter().map(|line| {
        let (target, _) = line.split_once(": ").unwrap();
        let items = line.split(' ').find(|word| word.starts_with("items="));
        let what = [
            ("error", "\"error\""),
            ("end", "\"result\":null"),
            ("given up", "given up"),
        ];
        let what = what.iter().find(|(_, text)| line.contains(text));
        let what = what.map_or("call", |(name, _)| name);
        [target, what, items.unwrap_or_default()]
            .join(" ")
            .trim()
            .to_owned()
    });
    said.collect()
}

async fn is_logged<T: Transport>(client: Client<T>, server: &Running) {
    let feed = FeedClient::new(client);
    let log = Log::capture_messages();
    let counted = feed.count(3).await.unwrap();
    assert_eq!(counted.try_collect::<Vec<u64>>().await.unwrap(), [1, 2, 3]);
    let lines = said(&log);
    let expected = [
        "rpc::client::request call",
        "rpc::server::request call",
        "rpc::server::response end items=3",
        "rpc::client::response end items=3",
    ];
    assert_eq!(lines, expected);

    let failed = feed.fragile(9).await.unwrap();
    assert_eq!(failed.collect::<Vec<_>>().await.len(), 3);
    let lines = said(&log);
    assert_eq!(
        lines[2..],
        [
            "rpc::server::response error items=2",
            "rpc::client::response error items=2"
        ]
    );

    assert!(feed.fragile(0).await.is_err());
    let lines = said(&log);
    assert_eq!(
        lines[2..],
        ["rpc::server::response error", "rpc::client::response error"]
    );

    let mut endless = feed.endless("x").await.unwrap();
    endless.next().await.unwrap().unwrap();
    drop(endless);
    server.watch.until_all_dropped().await;
    let lines = said(&log);
    assert!(
        lines.contains(&"rpc::client::response given up items=1".to_owned()),
        "{lines:?}"
    );
}

#[tokio::test]
async fn over_a_websocket() {
    let server = Running::start(|endpoint| endpoint).await;
    is_logged(server.client(), &server).await;
}

#[tokio::test]
async fn over_server_sent_events() {
    let server = Running::start(|endpoint| endpoint).await;
    let url = format!("http://{}/", server.address);
    is_logged(rpc_http::Client::new(&url).unwrap(), &server).await;
    is_logged(rpc_http::lean::Client::new(&url).unwrap(), &server).await;
}

/// Calls are logged over a WebSocket as over HTTP, and so are the calls of the server to its client.
#[tokio::test]
async fn calls_in_both_directions() {
    use super::feed::{AnswersServer, AsksBack};
    let server = Running::start(|endpoint| endpoint).await;
    let client = rpc_http::ws::Client::builder().service(AnswersServer::new(AsksBack::default()));
    let feed = FeedClient::new(client.build(server.url()).unwrap());
    let log = Log::capture_messages();
    assert_eq!(feed.ask(1).await.unwrap(), "1 enough");
    let lines = log.messages();
    let methods = |target: &str, method: &str| {
        let of = |line: &&String| {
            line.starts_with(target) && line.contains(&format!("method={method:?}"))
        };
        lines.iter().filter(of).count()
    };
    for target in [
        "rpc::client::request",
        "rpc::client::response",
        "rpc::server::request",
        "rpc::server::response",
    ] {
        assert_eq!(methods(target, "feed.ask"), 2, "{target} {lines:#?}");
        assert_eq!(methods(target, "answers.answer"), 1, "{target} {lines:#?}");
    }
    feed.note("x").await.unwrap();
    until(|| server.watch.notes.load(std::sync::atomic::Ordering::SeqCst) == 1).await;
    let lines = log.messages();
    assert_eq!(lines.len(), 4, "{lines:#?}");
}
