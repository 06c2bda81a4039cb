//! Streams in the message log: when they are opened, how many items they had, and how they ended.

use std::cell::RefCell;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::{Client, Transport};
use rpc_http::ws;

use super::chain::ChainClient;
use super::feed::{FeedClient, Watch, until};
use super::over_websocket::Running;
use super::subscriptions_over::served;
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

/// The server logs a subscription when it is open, and again when it has ended.
#[tokio::test]
async fn subscriptions() {
    let watch = Arc::new(Watch::default());
    let address = served(&watch).await;
    let chain = ChainClient::new(ws::Client::new(format!("ws://{address}/")).unwrap());
    let log = Log::capture_messages();

    let failing = chain.subscribe_fragile(5).await.unwrap();
    assert_eq!(failing.collect::<Vec<_>>().await.len(), 3);
    let [opened, ended] = responses(&log).await;
    assert!(opened.contains("\"result\":") && !opened.contains("items="));
    assert!(ended.contains("\"error\":{\"code\":") && ended.contains("items=2"));

    let mut heads = chain.subscribe_heads(2).await.unwrap();
    heads.next().await.unwrap().unwrap();
    heads.next().await.unwrap().unwrap();
    heads.close();
    assert!(heads.next().await.is_none());
    let [opened, ended] = responses(&log).await;
    assert!(opened.contains("\"result\":"), "{opened}");
    assert!(
        !ended.contains("{\"jsonrpc\"") && ended.contains("items=2"),
        "{ended}"
    );

    assert!(chain.subscribe_fragile(0).await.is_err());
    drop(chain.subscribe_heads(1).await.unwrap());
    let lines = all_responses(&log, 3).await;
    assert!(lines[0].contains("\"error\""), "{lines:#?}");
    assert!(lines[1].contains("\"result\":"), "{lines:#?}");
    assert!(lines[2].contains("items="), "{lines:#?}");
}

/// What the server logs of a call that has become a subscription.
async fn responses(log: &Log) -> [String; 2] {
    all_responses(log, 2).await.try_into().expect("two lines")
}

/// The server's responses to calls that subscribe, as soon as there are so many.
async fn all_responses(log: &Log, count: usize) -> Vec<String> {
    let lines = RefCell::new(Vec::new());
    until(|| {
        let is_wanted = |line: &String| {
            line.starts_with("rpc::server::response") && line.contains("method=\"chain_subscribe")
        };
        let more = log.messages().into_iter().filter(is_wanted);
        lines.borrow_mut().extend(more);
        lines.borrow().len() >= count
    })
    .await;
    lines.into_inner()
}
