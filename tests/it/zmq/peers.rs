//! Other people's ZeroMQ: pyzmq, which is libzmq, and what is made with it.
//!
//! `cargo xtask test` installs them, pinned. One that is missing is a failure.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::*;
use crate::peers::{
    Log, PeerServer, Server, call_batches, call_everything, passes, python, started,
};

/// Our server, with what the peers call.
async fn serving(address: &str) -> (String, JoinHandle<io::Result<()>>) {
    let listener = bind(address).await.unwrap();
    let address = rpc_zmq::Address::of(&listener).unwrap().to_string();
    let service = PeerServer::from_arc(Arc::new(Log::default()));
    let server = tokio::spawn(serve(listener, service).into_future());
    (address, server)
}

/// Sockets of pyzmq that answer, or hand on.
async fn sockets(kind: &str, address: &str, backend: &str) -> Server {
    let mut script = python("venv", "zmq_servers.py");
    started(script.args([kind, address, backend])).await
}

/// Many calls at once, each to be answered with its params.
async fn call_many(address: &str, calls: u64) {
    let client = Client::new(address).unwrap();
    let calls = (0..calls).map(|n| {
        let client = client.clone();
        async move {
            let answer: Value = client.call("echo", (n,)).await.unwrap();
            assert_eq!(answer, json!([n]));
        }
    });
    within(join_all(calls)).await;
    within(client.notify("log", ("x",))).await.unwrap();
    let answer: Value = within(client.call("echo", ("x",))).await.unwrap();
    assert_eq!(answer, json!(["x"]), "after a notification");
}

#[tokio::test]
async fn pyzmq_calls_our_server_over_tcp() {
    let (address, server) = serving(ANY_PORT).await;
    passes(python("venv", "zmq_clients.py").arg(address)).await;
    server.abort();
}

#[tokio::test]
async fn pyzmq_calls_our_server_over_ipc() {
    let (address, server) = serving(&ipc_address()).await;
    passes(python("venv", "zmq_clients.py").arg(address)).await;
    server.abort();
}

#[tokio::test]
async fn python_jsonrpcclient_3_calls_our_server() {
    let (address, server) = serving(ANY_PORT).await;
    let mut script = python("venv-jsonrpcclient-3", "jsonrpcclient3_zmq_client.py");
    passes(script.arg(address)).await;
    server.abort();
}

#[tokio::test]
async fn our_client_calls_python_jsonrpcserver_on_a_rep_socket() {
    for address in [ANY_PORT, &ipc_address()] {
        let mut script = python("venv", "jsonrpcserver_zmq_server.py");
        let server = started(script.arg(address)).await;
        let client = Client::new(&server.url).unwrap();
        call_everything(client.clone()).await;
        call_batches(client).await;
    }
}

#[tokio::test]
async fn our_client_calls_a_router_that_answers_in_another_order() {
    for kind in ["router", "probe"] {
        let server = sockets(kind, ANY_PORT, "").await;
        call_many(&server.url, 200).await;
    }
}

#[tokio::test]
async fn our_client_calls_several_rep_sockets_behind_a_proxy() {
    let server = sockets("workers", ANY_PORT, "").await;
    call_many(&server.url, 500).await;
}

#[tokio::test]
async fn our_client_calls_our_server_through_a_proxy() {
    let (address, server) = serving(ANY_PORT).await;
    let proxy = sockets("proxy", ANY_PORT, &address).await;
    let client = Client::new(&proxy.url).unwrap();
    call_everything(client.clone()).await;
    call_batches(client).await;
    server.abort();
}

#[tokio::test]
async fn our_client_says_that_a_server_wants_curve() {
    let server = sockets("curve", ANY_PORT, "").await;
    let client = Client::new(&server.url).unwrap();
    let call = client
        .call::<_, Value>("echo", (1,))
        .timeout(Duration::from_millis(500));
    let error = within(call).await.unwrap_err();
    let text = chain(&error).join(": ");
    assert!(text.contains("CURVE"), "{text}");
}

#[tokio::test]
async fn a_libzmq_that_never_answers_is_waited_for_until_the_timeout() {
    let server = sockets("mute", ANY_PORT, "").await;
    let client = Client::builder()
        .heartbeat(Duration::from_millis(100))
        .build(&server.url)
        .unwrap();
    let call = client
        .call::<_, Value>("echo", (1,))
        .timeout(Duration::from_millis(700));
    let error = within(call).await.unwrap_err();
    assert!(error.is_timeout(), "libzmq answers PINGs: {error:?}");
}
