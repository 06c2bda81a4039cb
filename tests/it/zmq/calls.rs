//! Our client and our server, over TCP and Unix sockets.

use futures_util::future::join_all;
use rpc_core::{Batching, CallError, Context, rpc};
use rpc_zmq::Peer;
use serde_json::Value;

use super::*;
use crate::log::Log;

async fn everything(address: &str) {
    let server = running_with(address, |serve| serve).await;
    let client = server.client();
    let probe = ProbeClient::new(client.clone());

    assert_eq!(within(probe.echo("ünïcödé")).await.unwrap(), "ünïcödé");
    for length in [0, 200, 255, 256, 10_000, 70_000, 3_000_000] {
        let text = within(probe.big(length)).await.unwrap();
        assert_eq!(text.len(), length);
    }
    let long = "x".repeat(1_500_000);
    assert_eq!(within(probe.echo(&long)).await.unwrap(), long);
    assert_eq!(within(probe.block(1)).await.unwrap(), 1);
    let id = within(probe.id().id("a string")).await;
    assert_eq!(id.unwrap(), "\"a string\"");

    match within(client.call::<_, Value>("no_such_method", ())).await {
        Err(CallError::Object(error)) => assert_eq!(error.code(), -32601),
        other => panic!("{other:?}"),
    }
    match within(client.call::<_, Value>("echo", (1,))).await {
        Err(CallError::Object(error)) => assert_eq!(error.code(), -32602),
        other => panic!("{other:?}"),
    }

    within(probe.note("x")).await.unwrap();
    server.watch.until_finished(2).await;
    let (echoed, slept, noted) =
        within(client.batch((probe.echo("a"), probe.sleep(1), probe.note("x"))))
            .await
            .unwrap();
    assert_eq!((echoed.unwrap(), slept.unwrap()), ("a".into(), 1));
    noted.unwrap();
    let silent = client.batch((probe.note("x"), probe.note("y")));
    let (one, two) = within(silent).await.unwrap();
    one.unwrap();
    two.unwrap();
    let raw = within(client.send("[]")).await.unwrap();
    let reply: Value = serde_json::from_str(&raw.unwrap()).unwrap();
    assert_eq!(reply["error"]["code"], -32600);
}

#[tokio::test]
async fn everything_over_tcp() {
    everything(ANY_PORT).await;
}

#[tokio::test]
async fn everything_over_tcp_on_all_interfaces() {
    let server = running_with("tcp://*:*", |serve| serve).await;
    let address = server.address.replace("0.0.0.0", "localhost");
    let probe = ProbeClient::new(Client::new(&address).unwrap());
    assert_eq!(within(probe.echo("x")).await.unwrap(), "x");
}

#[tokio::test]
async fn everything_over_ipc() {
    everything(&ipc_address()).await;
}

#[tokio::test]
async fn calls_do_not_wait_for_each_other() {
    let server = running().await;
    let probe = server.probe();
    let slow = tokio::spawn(probe.gate());
    server.watch.until_started(1).await;
    let fast = (0..1000).map(|n| {
        let probe = probe.clone();
        async move { probe.echo(&n.to_string()).await.unwrap() }
    });
    let answers = within(join_all(fast)).await;
    let expected: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    assert_eq!(answers, expected);
    assert!(!slow.is_finished());
    server.watch.gate.add_permits(1);
    assert_eq!(within(slow).await.unwrap().unwrap(), "through");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_at_once() {
    let server = running().await;
    let clients = (0..20).map(|client| {
        let probe = server.probe();
        tokio::spawn(async move {
            for n in 0..100 {
                let text = format!("{client} {n}");
                assert_eq!(probe.echo(&text).await.unwrap(), text);
            }
        })
    });
    for client in within(join_all(clients)).await {
        client.unwrap();
    }
}

#[tokio::test]
async fn calls_of_the_same_time_may_share_a_message() {
    let server = running().await;
    let client = Client::builder()
        .batching(Batching::default())
        .build(&server.address)
        .unwrap();
    let probe = ProbeClient::new(client);
    let calls = (0..250).map(|n| {
        let probe = probe.clone();
        async move { probe.echo(&n.to_string()).await.unwrap() }
    });
    let answers = within(join_all(calls)).await;
    let expected: Vec<String> = (0..250).map(|n| n.to_string()).collect();
    assert_eq!(answers, expected);
}

#[rpc]
trait Who {
    /// Who calls, a header, and an extension.
    async fn who(&self, #[rpc(context)] cx: &Context) -> (String, Option<String>, Option<u32>);
}

struct Service;

impl Who for Service {
    async fn who(&self, cx: &Context) -> (String, Option<String>, Option<u32>) {
        let peer = cx.get::<Peer>().expect("it is always known");
        let peer = match peer.address() {
            Some(address) => address.ip().to_string(),
            None => format!("{:?} {:?}", peer.uid(), peer.pid()),
        };
        let header = cx.header("x").map(str::to_owned);
        (peer, header, cx.get::<u32>().copied())
    }
}

#[tokio::test]
async fn methods_find_the_peer_and_no_headers() {
    let this_process = format!(
        "{:?} {:?}",
        Some(rustix::process::getuid().as_raw()),
        Some(std::process::id())
    );
    for (address, peer) in [(ANY_PORT, "127.0.0.1"), (&ipc_address(), &this_process)] {
        let listener = bind(address).await.unwrap();
        let address = rpc_zmq::Address::of(&listener).unwrap().to_string();
        let server = serve(listener, WhoServer::new(Service)).extension(7_u32);
        let server = tokio::spawn(server.into_future());
        let client = WhoClient::new(Client::new(&address).unwrap());
        let who = within(client.who().header("x", "y")).await;
        assert_eq!(who.unwrap(), (peer.to_owned(), None, Some(7)));
        server.abort();
    }
}

/// What the wire is, to the byte.
#[tokio::test]
async fn envelopes_come_back_as_they_were() {
    let server = running().await;
    let mut raw = Raw::dealer(&server).await;
    let text = ECHO.as_bytes();
    for envelope in [
        &[&b""[..]][..],
        &[b"number", b""],
        &[b"hop", b"number", b""],
        &[],
        &[b"number"],
    ] {
        for hop in envelope {
            raw.send(&frame(1, hop)).await;
        }
        raw.send(&frame(0, text)).await;
        let expected: Vec<&[u8]> = [envelope, &[ECHOED.as_bytes()]].concat();
        assert_eq!(raw.message().await, expected);
    }
    // A notification's reply is empty, and a message without a body has none.
    raw.send(&message(crate::http::NOTE)).await;
    assert_eq!(raw.message().await, [b"", b""]);
    raw.send(&frame(0, b"")).await;
    raw.send(&message("")).await;
    let expected = r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#;
    assert_eq!(raw.message().await, [b"", expected.as_bytes()]);
}

#[tokio::test]
async fn a_greeting_in_pieces() {
    let server = running().await;
    let mut raw = server.connect().await;
    let said = [greeting(0), ready("REQ"), message(ECHO)].concat();
    for byte in said {
        raw.send(&[byte]).await;
    }
    assert_eq!(raw.receive(64).await, greeting(1));
    raw.frame().await;
    assert_eq!(raw.message().await, [b"", ECHOED.as_bytes()]);
}

#[tokio::test]
async fn invalid_addresses() {
    for address in [
        "",
        "127.0.0.1:5555",
        "tcp://x",
        "tcp://*:5555",
        "tcp://127.0.0.1:0",
        "ipc://",
    ] {
        assert!(Client::new(address).is_err(), "{address}");
    }
    for address in ["", "127.0.0.1:5555", "tcp://x", "inproc://x"] {
        let error = bind(address).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{address}");
    }
}

#[tokio::test]
async fn both_sides_log_each_message() {
    let server = running().await;
    let probe = server.probe();
    let log = Log::capture_messages();
    within(probe.echo("hi").id(1)).await.unwrap();
    let messages = log.messages();
    let endpoint = format!("endpoint=\"{}\"", server.address);
    let expected = [
        ("rpc::client::request: ", ECHO),
        ("rpc::server::request: ", ECHO),
        ("rpc::server::response: ", ECHOED),
        ("rpc::client::response: ", ECHOED),
    ];
    assert_eq!(messages.len(), expected.len(), "{messages:#?}");
    for (line, (target, text)) in messages.iter().zip(expected) {
        for part in [target, text, "method=\"echo\"", "id=\"1\"", &endpoint] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
    }
}
