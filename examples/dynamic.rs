//! Functions registered next to a contract, then replaced and removed while the server runs; and a client that has no
//! contract.
#![allow(missing_docs)]

use std::sync::Arc;

use rpc_core::introspection::DynamicClient;
use rpc_core::{Context, Dispatcher, ErrorObject, function, rpc};
use rpc_http::Client;
use rpc_http::server::{endpoint, serve};
use serde::Deserialize;
use serde_json::json;

#[rpc(namespace = "clock")]
pub trait Clock {
    /// Converts minutes since midnight to hours and minutes.
    fn read(&self, minutes: u32) -> (u32, u32);
}

struct WallClock;

impl Clock for WallClock {
    fn read(&self, minutes: u32) -> (u32, u32) {
        (minutes / 60 % 24, minutes % 60)
    }
}

/// A function whose only parameter is a struct takes the struct's fields as named params.
#[derive(Deserialize)]
struct Division {
    dividend: f64,
    divisor: f64,
}

async fn divide(by: Division) -> Result<f64, ErrorObject> {
    if by.divisor == 0.0 {
        return Err(ErrorObject::new(1001, "division by zero"));
    }
    Ok(by.dividend / by.divisor)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dispatcher = Dispatcher::new()
        .service(ClockServer::new(WallClock))
        .nest("old.", ClockServer::new(WallClock))
        .method("echo", |text: String| async move { text })
        // A closure's parameters have no names on the wire. With `params`, it can be called by name too.
        .method(
            "add",
            function(|a: i64, b: i64| async move { a + b })
                .params(&["a", "b"])
                .docs("Adds two numbers."),
        )
        .alias("plus", "add")
        .method("divide", divide)
        .method("whoami", |cx: Context| async move {
            cx.header("user-agent").unwrap_or("nobody").to_owned()
        });
    // Keep a handle: methods can be added, replaced and removed through it while the server runs.
    let dispatcher = Arc::new(dispatcher);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(serve(listener, endpoint(Arc::clone(&dispatcher))).into_future());
    let client = Client::new(&url)?;

    let sum: i64 = client.call("add", (19, 23)).await?;
    println!("add: {sum}");
    let sum: i64 = client.call("plus", json!({ "b": 2, "a": 1 })).await?;
    println!("plus: {sum}");
    let ratio: f64 = client
        .call("divide", json!({ "dividend": 1, "divisor": 8 }))
        .await?;
    println!("divide: {ratio}");
    let time: (u32, u32) = client.call("clock.read", (1000,)).await?;
    println!("clock.read: {time:?}");

    let greeting = String::from("Good day");
    dispatcher.insert("greet", move |name: String| {
        let greeting = greeting.clone();
        async move { format!("{greeting}, {name}") }
    })?;
    // A client without a contract asks the server for its methods. It refuses unknown names without sending anything.
    let mut dynamic = DynamicClient::connect(client).await?;
    println!("methods: {}", dynamic.methods().join(", "));
    let greeted: String = dynamic.call("greet", ("Ann",))?.await?;
    println!("greet: {greeted}");
    dispatcher.replace(
        "greet",
        |name: String| async move { format!("Hello, {name}") },
    );
    let greeted: String = dynamic.call("greet", ("Ann",))?.await?;
    println!("greet, replaced: {greeted}");

    dispatcher.remove_nested("old.");
    dynamic.refresh().await?;
    if let Err(error) = dynamic.check("old.clock.read") {
        println!("old.clock.read, removed: {error}");
    }
    Ok(())
}
