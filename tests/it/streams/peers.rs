//! Other people's WebSockets, as clients of our server and as servers of our client.

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::{CallError, ProtocolError};
use rpc_http::ws;

use super::feed::{AnswersServer, AsksBack, FeedClient, FeedError, LIMIT};
use super::over_websocket::Running;
use crate::peers::{script, started};

async fn passes(client: &str) {
    let server = Running::start(|endpoint| endpoint).await;
    let run = script(client).arg(server.url()).output();
    let output = tokio::time::timeout(2 * LIMIT, run).await.unwrap().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}{errors}");
    server.watch.until_all_dropped().await;
}

#[tokio::test]
async fn npm_ws_as_a_client() {
    passes("ws_client.js").await;
}

#[tokio::test]
async fn pypi_websockets_as_a_client() {
    passes("websockets_client.py").await;
}

#[tokio::test]
async fn npm_ws_as_a_server() {
    let mut command = script("ws_server.js");
    command.arg("0").stdin(std::process::Stdio::piped());
    let server = started(&mut command).await;
    let client = ws::Client::builder().service(AnswersServer::new(AsksBack::default()));
    let feed = FeedClient::new(client.build(&server.url).unwrap());

    // In fragments, whose ends are inside of characters. These lengths are written in different ways.
    for length in [0, 10, 100, 150, 65_400, 65_600, 1_000_000] {
        let text = "\u{e9}".repeat(length / 2);
        assert_eq!(feed.echo(&text).await.unwrap(), text, "{length}");
    }
    let items: Vec<u64> = feed.count(500).await.unwrap().try_collect().await.unwrap();
    assert_eq!(items, (1..=500).collect::<Vec<u64>>());
    assert!(feed.count(0).await.unwrap().next().await.is_none());

    let refused = feed.fragile(0).await;
    assert!(
        matches!(refused, Err(CallError::Method(FeedError::Empty))),
        "{refused:?}"
    );
    let items: Vec<_> = feed.fragile(5).await.unwrap().collect().await;
    assert_eq!(items.len(), 3);
    assert!(matches!(
        items[2],
        Err(CallError::Method(FeedError::TooMuch { at: 3 }))
    ));

    let mut endless = feed.endless("y").await.unwrap();
    assert_eq!(endless.next().await.unwrap().unwrap(), "y");
    drop(endless);
    assert_eq!(feed.echo("after it").await.unwrap(), "after it");

    let mut wrong = feed.nothings(1).await.unwrap();
    let failed = wrong.next().await.unwrap().unwrap_err();
    assert!(
        matches!(failed.protocol(), Some(ProtocolError::Item { .. })),
        "{failed}"
    );
    assert!(wrong.next().await.is_none());

    // The answer calls back, and that call, too.
    assert_eq!(feed.ask(5).await.unwrap(), "5 4 3 2 1 enough");

    // It sends more than is read. 1,024 items are kept.
    let mut many = feed.count(50_000).await.unwrap();
    feed.echo("all of them have come").await.unwrap();
    let mut read = 0;
    let lagged = loop {
        match many.next().await.expect("not a clean end") {
            Ok(_) => read += 1,
            Err(error) => break error,
        }
    };
    assert!((1..50_000).contains(&read), "{read}");
    assert!(
        lagged.to_string().contains("faster than they were read"),
        "{lagged}"
    );

    let cut: Vec<_> = feed.silent().await.unwrap().collect().await;
    assert!(
        matches!(&cut[..], [Ok(1), Err(CallError::Transport(_))]),
        "{cut:?}"
    );
}
