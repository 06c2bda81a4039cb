//! Subscriptions over each transport, from our client to our server.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use rpc_core::memory::Memory;
use rpc_core::{CallError, Client, Dispatcher, Execution, Server, Transport, code};
use rpc_http::server::{endpoint, serve};
use rpc_http::ws;
use rpc_tokio::Tokio;
use tokio::net::TcpListener;

use super::chain::{
    Addresses, ChainClient, ChainError, ChainServer, EthClient, EthServer, Filter, Head, Log,
};
use super::feed::{LIMIT, Source, Watch};

/// A service with both forms.
pub fn service(watch: &Arc<Watch>) -> Dispatcher {
    let source = Source(Arc::clone(watch));
    Dispatcher::new()
        .service(ChainServer::new(source.clone()))
        .service(EthServer::new(source))
}

/// A server over HTTP and WebSockets, until its runtime ends.
pub async fn served(watch: &Arc<Watch>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, endpoint(service(watch))).into_future());
    address
}

/// What holds over every transport.
async fn all<T: Transport>(client: Client<T>, watch: &Watch) {
    let checks = async {
        items_come_until_nobody_wants_them(&client, watch).await;
        the_end_comes_after_closing(&client, watch).await;
        failures_are_typed(&client, watch).await;
        ethereum_nodes_are_spoken_to(&client, watch).await;
        dropped_calls_leave_nothing_behind(&client, watch).await;
    };
    tokio::time::timeout(LIMIT, checks)
        .await
        .expect("it takes too long");
}

async fn items_come_until_nobody_wants_them<T: Transport>(client: &Client<T>, watch: &Watch) {
    let chain = ChainClient::new(client.clone());
    let mut heads = chain.subscribe_heads(500).await.unwrap();
    for number in 1..=500 {
        assert_eq!(heads.next().await.unwrap().unwrap(), Head::new(number));
    }
    let mut texts = chain.subscribe_text("\"é\n").await.unwrap();
    for _ in 0..1000 {
        assert_eq!(texts.next().await.unwrap().unwrap(), "\"é\n");
    }
    assert_eq!(chain.version().await.unwrap(), "1");
    drop((heads, texts));
    watch.until_all_dropped().await;
}

async fn the_end_comes_after_closing<T: Transport>(client: &Client<T>, watch: &Watch) {
    let chain = ChainClient::new(client.clone());
    let mut heads = chain.subscribe_heads(2).await.unwrap();
    assert_eq!(heads.next().await.unwrap().unwrap(), Head::new(1));
    assert_eq!(heads.next().await.unwrap().unwrap(), Head::new(2));
    heads.close();
    assert!(heads.next().await.is_none());
    watch.until_all_dropped().await;
    // The stream has its end on the server already.
    let mut count = chain.count(3).await.unwrap();
    for number in 1..=3 {
        assert_eq!(count.next().await.unwrap().unwrap(), number);
    }
    count.close();
    assert!(count.next().await.is_none());
}

async fn failures_are_typed<T: Transport>(client: &Client<T>, watch: &Watch) {
    let chain = ChainClient::new(client.clone());
    let refused = chain.subscribe_fragile(0).await;
    assert!(matches!(refused, Err(CallError::Method(ChainError::Empty))));
    let mut fragile = chain.subscribe_fragile(5).await.unwrap();
    assert_eq!(fragile.next().await.unwrap().unwrap(), 1);
    assert_eq!(fragile.next().await.unwrap().unwrap(), 2);
    let failed = fragile.next().await.unwrap();
    assert!(
        matches!(
            failed,
            Err(CallError::Method(ChainError::TooMuch { at: 3 }))
        ),
        "{failed:?}"
    );
    watch.until_all_dropped().await;
}

async fn ethereum_nodes_are_spoken_to<T: Transport>(client: &Client<T>, watch: &Watch) {
    let eth = EthClient::new(client.clone());
    assert_eq!(eth.block_number().await.unwrap(), "0x10");
    let heads = eth.new_heads().await.unwrap();
    let heads: Vec<Head> = heads.take(3).try_collect().await.unwrap();
    assert_eq!(heads, [1, 2, 3].map(Head::new));
    let filter = Filter {
        address: Some(Addresses::One("0xab".to_owned())),
        topics: vec![None],
    };
    let mut logs = eth.logs(Some(filter)).await.unwrap();
    let address = "0xab".to_owned();
    assert_eq!(logs.next().await.unwrap().unwrap(), Log { address });
    drop(logs);
    let refused = eth.logs(None).await;
    assert!(matches!(refused, Err(CallError::Method(ChainError::Empty))));
    watch.until_all_dropped().await;
}

/// Wherever the call is given up.
async fn dropped_calls_leave_nothing_behind<T: Transport>(client: &Client<T>, watch: &Watch) {
    let chain = ChainClient::new(client.clone());
    for _ in 0..200 {
        let opening = chain.subscribe_text("x").into_future();
        tokio::select! {
            biased;
            opened = opening => drop(opened.unwrap()),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(chain.version().await.unwrap(), "1");
    watch.until_all_dropped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_websocket() {
    let watch = Arc::default();
    let address = served(&watch).await;
    let client = ws::Client::new(format!("ws://{address}/")).unwrap();
    all(client, &watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tcp() {
    let watch = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = rpc_stream::server::serve(listener, service(&watch));
    tokio::spawn(server.into_future());
    let client = rpc_stream::Client::new(format!("tcp+lines://{address}")).unwrap();
    all(client, &watch).await;
}

#[tokio::test]
async fn memory() {
    let watch = Arc::default();
    let server = Server::new(service(&watch)).runtime(Tokio);
    all(Memory::new(server).connect(), &watch).await;
}

/// A prefix goes in front of all the names of a subscription.
#[tokio::test]
async fn nested_services() {
    let watch = Arc::default();
    let server = Dispatcher::new().nest("v2.", service(&watch));
    let client = Memory::new(Server::new(server).runtime(Tokio)).connect();
    all(client.nested("v2."), &watch).await;
}

/// HTTP has no way to tell the server which subscription to close.
#[tokio::test]
async fn http_can_not_carry_a_subscription() {
    let watch = Arc::default();
    let address = served(&watch).await;
    let client = rpc_http::Client::new(format!("http://{address}/")).unwrap();
    let refused = ChainClient::new(client.clone()).count(1).await.unwrap_err();
    assert_eq!(refused.execution(), Execution::NotRun);
    assert!(refused.to_string().contains("WebSocket"), "{refused}");
    for (method, params) in [
        ("chain_count", serde_json::json!([1])),
        ("eth_subscribe", serde_json::json!(["newHeads"])),
    ] {
        let refused = client.call::<_, u64>(method, params).await.unwrap_err();
        let object = refused.object().unwrap();
        assert_eq!(object.code(), code::NEEDS_DUPLEX);
        assert!(object.message().contains("WebSocket"), "{object}");
    }
    let closed = client.call::<_, bool>("chain_stopCounting", (5,)).await;
    assert!(!closed.unwrap());
    assert_eq!(watch.running(), 0);
}

#[tokio::test]
async fn a_stopping_server_ends_subscriptions() {
    let watch: Arc<Watch> = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = serve(listener, endpoint(service(&watch)));
    let server = tokio::spawn(server.shutdown(async { drop(stopped.await) }).into_future());
    let eth = EthClient::new(ws::Client::new(format!("ws://{address}/")).unwrap());
    let mut heads = eth.new_heads().await.unwrap();
    for _ in 0..3 {
        heads.next().await.unwrap().unwrap();
    }
    drop(stop);
    let ended = heads.next().await.unwrap().unwrap_err();
    assert_eq!(
        ended.object().map(|object| object.code()),
        Some(code::SERVER_CANCELLED),
        "{ended}"
    );
    server.await.unwrap().unwrap();
}
