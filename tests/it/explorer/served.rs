//! How an endpoint serves the page, beside everything else that it answers.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use rpc_core::Dispatcher;
use rpc_http::server::{Endpoint, endpoint, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

async fn serving(endpoint: Endpoint<Dispatcher>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, endpoint).into_future());
    url
}

fn service() -> Dispatcher {
    Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b })
}

pub fn client() -> Client {
    // Building one of ours first gives reqwest its cryptography.
    drop(rpc_http::Client::new("http://localhost/"));
    Client::builder()
        .no_proxy()
        .no_gzip()
        .no_deflate()
        .build()
        .unwrap()
}

fn page(url: &str) -> RequestBuilder {
    client().get(url).header("accept", "text/html,*/*;q=0.8")
}

#[tokio::test]
async fn a_browser_gets_the_page_with_its_policy() {
    let url = serving(endpoint(service()).explorer()).await;
    let reply = page(&url).send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        (
            "content-security-policy",
            rpc_explorer::CONTENT_SECURITY_POLICY,
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache"),
        ("vary", "accept, accept-encoding"),
    ] {
        assert_eq!(reply.headers()[name], value, "{name}");
    }
    let tag = reply.headers()["etag"].clone();
    assert_eq!(reply.bytes().await.unwrap(), rpc_explorer::PAGE);

    let again = page(&url)
        .header("if-none-match", tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert!(again.bytes().await.unwrap().is_empty());

    let zipped = page(&url)
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(zipped.headers()["content-encoding"], "gzip");
    assert_eq!(zipped.bytes().await.unwrap(), rpc_explorer::PAGE_GZIP);

    let head = client()
        .request(Method::HEAD, &url)
        .header("accept", "text/html");
    let head = head.send().await.unwrap();
    let length = rpc_explorer::PAGE.len().to_string();
    assert_eq!(head.headers()["content-length"], *length);
}

#[tokio::test]
async fn everything_else_is_answered_as_before() {
    let url = serving(endpoint(service()).explorer()).await;
    let call = json!({ "jsonrpc": "2.0", "method": "add", "params": [2, 40], "id": 1 });
    let reply = client()
        .post(&url)
        .header("content-type", "application/json")
        .header("accept", "text/html")
        .body(call.to_string());
    let reply = reply.send().await.unwrap().bytes().await.unwrap();
    let reply: Value = serde_json::from_slice(&reply).unwrap();
    assert_eq!(reply["result"], 42);
    let other = client().get(&url).send().await.unwrap();
    assert_eq!(other.status(), StatusCode::METHOD_NOT_ALLOWED);

    let without = serving(endpoint(service())).await;
    let refused = page(&without).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_page_is_not_for_other_hosts() {
    let url = serving(endpoint(service()).allowed_hosts(["localhost"]).explorer()).await;
    let refused = page(&url)
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_path_of_the_shorthand_stays_a_call() {
    let url = serving(endpoint(service()).shorthand(true).explorer()).await;
    let root = page(&url).send().await.unwrap();
    assert_eq!(root.bytes().await.unwrap(), rpc_explorer::PAGE);
    let call = page(&format!("{url}add?a=2&b=40")).send().await.unwrap();
    assert_ne!(call.headers()["content-type"], "text/html; charset=utf-8");
}
