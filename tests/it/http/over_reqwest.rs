//! What is asked of a client, asked of the one on reqwest; and what only that one can do.

use rpc_core::CallError;
use rpc_http::BuildError;
use rpc_http::client::{Client, ClientBuilder, Http as Carrier};

use super::*;

#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "client.rs"]
mod client;
#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "client_batching.rs"]
mod client_batching;
#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "client_tls.rs"]
pub mod client_tls;
#[allow(clippy::duplicate_mod, reason = "once over each transport")]
#[path = "what_happened.rs"]
mod what_happened;

use client::Puppet;

use crate::http::certificates::{Authority, https, running_tls};

#[tokio::test]
async fn a_compressed_reply_is_understood_and_bounded() {
    let app = axum::Router::new()
        .route_service("/", probe())
        .layer(tower_http::compression::CompressionLayer::new());
    let server = running(app).await;
    // It is compressed, indeed.
    let request = post(
        "accept-encoding: gzip\r\nconnection: close\r\n",
        r#"{"jsonrpc":"2.0","method":"big","params":[9000],"id":1}"#,
    );
    let mut raw = server.connect().await;
    raw.send(&request).await;
    let head = raw.head().await;
    assert_eq!(header_of(&head, "content-encoding"), Some("gzip"), "{head}");

    let mut puppet = Puppet::replying(ECHOED).await;
    within(ProbeClient::new(Client::new(&puppet.url).unwrap()).echo("hi"))
        .await
        .unwrap();
    let request = puppet.request().await;
    let asked = header_of(&request, "accept-encoding");
    assert_eq!(asked, Some("gzip,deflate"));

    let big = within(ProbeClient::new(server.client()).big(100_000))
        .await
        .unwrap();
    assert_eq!(big.len(), 100_000);
    let limited = Client::builder()
        .max_reply(50_000)
        .build(server.url())
        .unwrap();
    let bomb = within(ProbeClient::new(limited).big(100_000)).await;
    assert_eq!(
        bomb.unwrap_err().to_string(),
        format!(
            "big at {}: the reply is larger than 50000 bytes",
            server.url()
        )
    );
}

#[tokio::test]
async fn a_client_of_the_application_s_own_is_used() {
    let mut puppet = Puppet::replying(ECHOED).await;
    let builder = Client::builder();
    let own = reqwest::Client::builder().user_agent("mine/1");
    let builder = builder.http_client(own.build().unwrap());
    let client = builder.build(&puppet.url).unwrap();
    within(ProbeClient::new(client).echo("hi")).await.unwrap();
    let request = puppet.request().await;
    assert_eq!(header_of(&request, "user-agent"), Some("mine/1"));
}

#[test]
fn options_of_a_client_that_is_given_are_refused() {
    let short = Duration::from_secs(1);
    let given = || Client::builder().http_client(reqwest::Client::new());
    for (builder, option) in [
        (given().connect_timeout(short), "connect_timeout"),
        (given().root_certificates(b""), "root_certificates"),
        (
            given().only_root_certificates(b""),
            "only_root_certificates",
        ),
        (given().identity(b""), "identity"),
        (given().configure_http(|http| http), "configure_http"),
    ] {
        let error = builder.build("http://localhost/").unwrap_err();
        assert!(
            matches!(error, BuildError::Given(it) if it == option),
            "{error:?}"
        );
    }
}

/// A proxy that is asked for a connection to somewhere says no, or is not there.
#[tokio::test]
async fn an_error_names_the_proxy() {
    let refusing = Puppet::new("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let absent = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    for (proxy, url) in [
        (&refusing.url, "https://shop.example/rpc"),
        (&absent, "https://shop.example/rpc"),
        (&absent, "http://shop.example/rpc"),
    ] {
        for batching in [None, Some(rpc_core::Batching::default())] {
            let builder = Client::builder().proxy(&proxy.replace("//", "//ann:secret@"));
            let builder = match batching {
                Some(batching) => builder.batching(batching),
                None => builder,
            };
            let client = builder.build(url).unwrap().boxed();
            let error = within(client.call::<_, ()>("add", ())).await.unwrap_err();
            assert_eq!(error.execution(), rpc_core::Execution::NotRun, "{error:?}");
            let proxy = proxy.trim_end_matches('/');
            let expected = format!("add at {url} through the proxy {proxy}: could not connect");
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.target().unwrap().proxy(), Some(proxy));
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn the_cause_of_a_failure_is_reqwest_s() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let call = ProbeClient::new(Client::new(&url).unwrap()).echo("hi");
    let error = within(call).await.unwrap_err();
    let CallError::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.downcast_ref::<reqwest::Error>().unwrap().is_connect());
}

/// This crate has no option for it, and reqwest's name says what it is.
#[tokio::test]
async fn reqwest_can_be_told_to_skip_the_certificate_check() {
    let server = running_tls(Authority::new().tls()).await;
    let call = async |builder: ClientBuilder| {
        let client = builder.build(https(&server)).unwrap();
        within(client.call::<_, Vec<usize>>("shown", ())).await
    };
    assert!(call(Client::builder()).await.unwrap_err().is_transport());
    let unchecked = |http: reqwest::ClientBuilder| http.tls_danger_accept_invalid_certs(true);
    let blind = Client::builder().configure_http(unchecked);
    assert_eq!(call(blind).await.unwrap(), [0; 0]);
}
