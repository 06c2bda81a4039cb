//! The tables of the wire format, over HTTP: what holds in process holds there.

use std::future::IntoFuture;

use rpc_http::server::{endpoint, serve};
use tokio::net::TcpListener;

use crate::wire::{Answers, cases, service, specification};

/// Posts each message, as any client of HTTP would.
struct Post {
    client: reqwest::Client,
    url: String,
}

impl Answers for Post {
    async fn answer(&self, message: &[u8]) -> Option<Vec<u8>> {
        let request = self.client.post(&self.url).body(message.to_vec());
        let request = request.header("content-type", "application/json");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let is_json = response.headers().get("content-type").cloned();
        let body = response.bytes().await.unwrap();
        if body.is_empty() {
            return None;
        }
        assert_eq!(is_json.unwrap(), "application/json");
        Some(body.to_vec())
    }
}

async fn peer() -> Post {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, endpoint(service::dispatcher())).into_future());
    // Building one of ours first gives reqwest its cryptography.
    drop(rpc_http::Client::new(&url).unwrap());
    let client = reqwest::Client::builder().build().unwrap();
    Post { client, url }
}

#[tokio::test]
async fn http_follows_the_specification() {
    specification::run_all(&peer().await).await;
}

#[tokio::test]
async fn http_passes_every_case() {
    cases::run_all(&peer().await).await;
}
