//! A shop, served and called over HTTP.

#![allow(
    dead_code,
    reason = "only two of the five methods are called, as in the programs with a framework"
)]

use axum::extract::{Json, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub item: String,
    pub quantity: u32,
}

struct Corner;

impl Corner {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn items(&self, orders: Vec<Order>) -> u32 {
        orders.iter().map(|order| order.quantity).sum()
    }

    async fn orders(&self, count: u32) -> Vec<Order> {
        let order = |quantity| Order {
            item: "tea".to_owned(),
            quantity,
        };
        (0..count).map(order).collect()
    }

    async fn is_open(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct Request {
    method: String,
    #[serde(default)]
    params: Option<Box<RawValue>>,
    #[serde(default)]
    id: Value,
}

#[derive(Deserialize)]
struct Reply<R> {
    result: R,
}

async fn handle(State(shop): State<&'static Corner>, Json(request): Json<Request>) -> Response {
    let outcome = call(shop, &request).await;
    let id = request.id;
    let reply = match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "result": result, "id": id }),
        Err((code, message)) => {
            let error = json!({ "code": code, "message": message });
            json!({ "jsonrpc": "2.0", "error": error, "id": id })
        }
    };
    Json(reply).into_response()
}

type Failure = (i64, String);

async fn call(shop: &Corner, request: &Request) -> Result<Value, Failure> {
    Ok(match &*request.method {
        "add" => {
            let (a, b) = params(request)?;
            json!(shop.add(a, b).await)
        }
        "echo" => {
            let (text,) = params(request)?;
            json!(shop.echo(text).await)
        }
        "items" => {
            let (orders,) = params(request)?;
            json!(shop.items(orders).await)
        }
        "orders" => {
            let (count,) = params(request)?;
            json!(shop.orders(count).await)
        }
        "is_open" => json!(shop.is_open().await),
        _ => return Err((-32601, "method not found".to_owned())),
    })
}

fn params<P: DeserializeOwned>(request: &Request) -> Result<P, Failure> {
    let params = request.params.as_ref().map_or("[]", |params| params.get());
    serde_json::from_str(params).map_err(|error| (-32602, error.to_string()))
}

/// Calls each method of a shop.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
}

impl Client {
    pub async fn add(&self, a: i64, b: i64) -> reqwest::Result<i64> {
        self.call("add", (a, b)).await
    }

    pub async fn echo(&self, text: &str) -> reqwest::Result<String> {
        self.call("echo", (text,)).await
    }

    pub async fn items(&self, orders: Vec<Order>) -> reqwest::Result<u32> {
        self.call("items", (orders,)).await
    }

    pub async fn orders(&self, count: u32) -> reqwest::Result<Vec<Order>> {
        self.call("orders", (count,)).await
    }

    pub async fn is_open(&self) -> reqwest::Result<bool> {
        self.call("is_open", [(); 0]).await
    }

    async fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> reqwest::Result<R> {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 });
        let request = self.http.post(self.url.clone()).json(&message);
        let reply: Reply<R> = request.send().await?.json().await?;
        Ok(reply.result)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    let app = axum::Router::new()
        .route("/", post(handle))
        .with_state(&Corner);
    tokio::spawn(async { axum::serve(listener, app).await });
    let shop = Client {
        http: reqwest::Client::new(),
        url: url.parse().expect("the address is valid"),
    };
    let orders = shop.orders(4).await.expect("orders");
    println!("{}", shop.items(orders).await.expect("a number"));
}
