//! Our client and a server of the Model Context Protocol, made with version 2 of the protocol's own SDK. `tests/it/examples.rs` has
//! the SDK as a client.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use rpc_core::{Client, code, rpc};
use rpc_stream::Child;
use serde_json::{Value, json};

use super::feed::{LIMIT, until};
use crate::peers::script;

/// What our client asks.
#[rpc(params = "named", rename_all = "camelCase")]
trait Kitchen {
    /// What opens a connection in the protocol of 2026-07-28.
    #[rpc(name = "server/discover")]
    async fn discover(&self, #[rpc(name = "_meta")] meta: &Value) -> Value;

    /// What opens it in those before.
    async fn initialize(
        &self,
        protocol_version: &str,
        capabilities: Value,
        client_info: Value,
    ) -> Value;

    #[rpc(notification, name = "notifications/initialized")]
    async fn initialized(&self);

    #[rpc(name = "tools/list")]
    async fn list(&self, #[rpc(name = "_meta")] meta: Option<&Value>) -> Value;

    #[rpc(name = "tools/call")]
    async fn call(
        &self,
        name: &str,
        arguments: Value,
        #[rpc(name = "_meta")] meta: Option<&Value>,
    ) -> Value;

    #[rpc(notification, name = "notifications/cancelled")]
    async fn cancelled(&self, request_id: &str);
}

/// What the server tells our client.
#[rpc(lenient, params = "named", rename_all = "camelCase")]
trait Host {
    #[rpc(notification, name = "notifications/progress")]
    async fn progress(&self, progress_token: &str, progress: u64, total: u64);
}

/// The reports that have come: for which call, how far, and how far it is to go.
#[derive(Default)]
struct Reports(Mutex<Vec<(String, u64, u64)>>);

impl Host for Reports {
    async fn progress(&self, progress_token: &str, progress: u64, total: u64) {
        let mut reports = self.0.lock().unwrap();
        reports.push((progress_token.to_owned(), progress, total));
    }
}

impl Reports {
    fn of(&self, token: &str) -> Vec<(u64, u64)> {
        let reports = self.0.lock().unwrap();
        let of_it = reports.iter().filter(|(of, ..)| of == token);
        of_it
            .map(|(_, progress, total)| (*progress, *total))
            .collect()
    }
}

struct Started {
    client: Client<Child>,
    kitchen: KitchenClient<Child>,
    reports: Arc<Reports>,
}

impl Started {
    fn new() -> Self {
        let reports = Arc::new(Reports::default());
        let client = Child::builder()
            .timeout(LIMIT)
            .service(HostServer::from_arc(Arc::clone(&reports)))
            .spawn(script("mcp_2_server.js"))
            .unwrap();
        Started {
            kitchen: KitchenClient::new(client.clone()),
            client,
            reports,
        }
    }

    /// Stops a call that would take a quarter of an hour. The protocol has a message of its own for that, and no answer.
    async fn stops(&self, meta: impl Fn(&str) -> Value) {
        let kitchen = self.kitchen.clone();
        let hot = meta("hot");
        let boil = tokio::spawn(async move {
            let call = kitchen.call("boil", json!({ "degrees": 2_000_000 }), Some(&hot));
            call.id("hot").into_future().await
        });
        until(|| self.reports.of("hot").len() >= 3).await;
        self.kitchen.cancelled("hot").await.unwrap();
        let ask = async || {
            let stopped = self
                .kitchen
                .call("stopped", json!({}), Some(&meta("asked")));
            text(&stopped.await.unwrap())
        };
        let stopped = async { while ask().await != "1" {} };
        tokio::time::timeout(LIMIT, stopped)
            .await
            .expect("it is stopped");
        assert!(!boil.is_finished(), "it is not answered");
        boil.abort();
    }

    async fn ends(self) {
        let status = self.client.transport().close().await.unwrap();
        assert!(status.success(), "{status}");
    }
}

fn text(result: &Value) -> String {
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// What each request carries in the protocol of 2026-07-28.
fn envelope(token: &str) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "ours", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": token,
    })
}

#[tokio::test]
async fn npm_mcp_2_as_a_server() {
    let started = Started::new();
    let kitchen = &started.kitchen;
    let known = kitchen.discover(&envelope("discover")).await.unwrap();
    assert_eq!(known["supportedVersions"], json!(["2026-07-28"]), "{known}");

    let tools = kitchen.list(Some(&envelope("list"))).await.unwrap();
    assert_eq!(tools["tools"][0]["name"], "boil", "{tools}");
    let boil = |degrees| json!({ "degrees": degrees });
    let boiled = kitchen.call("boil", boil(50), Some(&envelope("water")));
    let boiled = boiled.await.unwrap();
    assert_eq!(text(&boiled), "The water has 50 degrees.");
    assert_eq!(boiled["resultType"], "complete", "{boiled}");
    // Each one came before the answer.
    let reported = (1..=5).map(|at| (10 * at, 50)).collect::<Vec<_>>();
    assert_eq!(started.reports.of("water"), reported);

    // Without the envelope, and with the wrong name.
    let refused = kitchen.list(None).await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::INVALID_PARAMS);
    let refused = kitchen.call("fry", boil(50), Some(&envelope("fry")));
    let refused = refused.await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::INVALID_PARAMS);
    started.stops(envelope).await;
    started.ends().await;
}

#[tokio::test]
async fn npm_mcp_2_as_a_server_of_an_older_protocol() {
    let started = Started::new();
    let kitchen = &started.kitchen;
    let info = json!({ "name": "ours", "version": "1" });
    let known = kitchen.initialize("2025-06-18", json!({}), info);
    let known = known.await.unwrap();
    assert_eq!(known["protocolVersion"], "2025-06-18", "{known}");
    kitchen.initialized().await.unwrap();

    let token = |token: &str| json!({ "progressToken": token });
    let boiled = kitchen.call("boil", json!({ "degrees": 20 }), Some(&token("water")));
    assert_eq!(text(&boiled.await.unwrap()), "The water has 20 degrees.");
    assert_eq!(started.reports.of("water"), [(10, 20), (20, 20)]);
    started.stops(token).await;
    started.ends().await;
}
