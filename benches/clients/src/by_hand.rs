//! Hand-written clients: a typed envelope on reqwest and on hyper-util's client.
//!
//! Both have a timeout for each call, as all the frameworks do.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use work::Order;

use crate::client::Client;

const TIMEOUT: Duration = Duration::from_secs(30);
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A call.
#[derive(Serialize)]
struct Envelope<P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: P,
    id: u64,
}

/// A successful reply.
#[derive(Deserialize)]
struct Reply<R> {
    result: R,
    id: u64,
}

/// Sends the bytes of a message and returns the bytes of its reply.
pub trait Exchange: Clone + Send + Sync + 'static {
    fn exchange(&self, message: Vec<u8>) -> impl Future<Output = Bytes> + Send;
}

/// A hand-written client. It assigns its own ids.
#[derive(Clone)]
pub struct ByHand<E> {
    exchange: E,
    id: u64,
}

impl<E: Exchange> ByHand<E> {
    /// A client that sends its messages over `exchange`.
    pub fn new(exchange: E) -> Self {
        ByHand { exchange, id: 0 }
    }

    async fn call<R: DeserializeOwned>(
        &mut self,
        method: &'static str,
        params: impl Serialize,
    ) -> R {
        self.id += 1;
        let id = self.id;
        let message = serde_json::to_vec(&Envelope {
            jsonrpc: "2.0",
            method,
            params,
            id,
        });
        let message = message.expect("params are JSON");
        let reply = self.exchange.exchange(message).await;
        let reply: Reply<R> = serde_json::from_slice(&reply).expect("a result");
        assert_eq!(reply.id, id);
        reply.result
    }
}

impl<E: Exchange> Client for ByHand<E> {
    async fn add(&mut self, a: i64, b: i64) -> i64 {
        self.call("add", (a, b)).await
    }

    async fn echo(&mut self, text: &str) -> String {
        self.call("echo", (text,)).await
    }

    async fn total(&mut self, orders: &[Order]) -> f64 {
        self.call("total", (orders,)).await
    }

    async fn list(&mut self, bytes: usize) -> f64 {
        work::total(&self.call::<Vec<Order>>("list", (bytes,)).await)
    }
}

/// A client on reqwest.
#[derive(Clone)]
pub struct Reqwest {
    client: reqwest::Client,
    url: reqwest::Url,
}

impl Reqwest {
    /// To a server.
    ///
    /// # Panics
    ///
    /// If the address is invalid.
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().timeout(TIMEOUT).build();
        Reqwest {
            client: client.expect("the options need nothing that could be missing"),
            url: url.parse().expect("the address is valid"),
        }
    }
}

impl Exchange for Reqwest {
    async fn exchange(&self, message: Vec<u8>) -> Bytes {
        let request = self.client.post(self.url.clone());
        let request = request.header(CONTENT_TYPE, JSON).body(message);
        let response = request.send().await.expect("a response");
        assert!(response.status().is_success());
        response.bytes().await.expect("a body")
    }
}

/// A client on hyper-util's legacy client.
#[derive(Clone)]
pub struct HyperUtil {
    client: legacy::Client<HttpConnector, Full<Bytes>>,
    uri: Uri,
}

impl HyperUtil {
    /// To a server.
    ///
    /// # Panics
    ///
    /// If the address is invalid.
    pub fn new(url: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        HyperUtil {
            client: legacy::Client::builder(TokioExecutor::new()).build(connector),
            uri: url.parse().expect("the address is valid"),
        }
    }

    async fn request(&self, message: Vec<u8>) -> Bytes {
        let request = Request::post(self.uri.clone())
            .header(CONTENT_TYPE, JSON)
            .body(message.into())
            .expect("all parts are valid");
        let response = self.client.request(request).await.expect("a response");
        assert!(response.status().is_success());
        let body = response.into_body().collect().await.expect("a body");
        body.to_bytes()
    }
}

impl Exchange for HyperUtil {
    async fn exchange(&self, message: Vec<u8>) -> Bytes {
        let reply = tokio::time::timeout(TIMEOUT, self.request(message)).await;
        reply.expect("a reply in time")
    }
}
