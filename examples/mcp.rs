//! A server of the Model Context Protocol, which a program with a language model starts and talks to over stdin and stdout. Its
//! only tool boils water, which takes a while: it reports how hot the water is, and can be stopped. It speaks the protocol of
//! 2026-07-28 and those before it.
#![allow(missing_docs)]

use std::time::Duration;

use rpc_core::{Context, ErrorObject, Id, Peer, code, rpc};
use rpc_stream::serve_stdio;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the other program asks the server. It sends more than is needed here, so the contract is lenient.
#[rpc(lenient, params = "named", rename_all = "camelCase")]
pub trait Tools {
    /// What a program asks first that knows the protocol of 2026-07-28.
    #[rpc(name = "server/discover")]
    async fn discover(&self) -> Value;

    /// What a program asks first that knows an older one.
    async fn initialize(&self, protocol_version: &str) -> Value;

    #[rpc(notification, name = "notifications/initialized")]
    async fn initialized(&self);

    /// This protocol has a message of its own for calls that are given up.
    #[rpc(notification, name = "notifications/cancelled")]
    async fn cancelled(&self, request_id: Id, #[rpc(context)] cx: &Context);

    #[rpc(name = "tools/list")]
    async fn list(&self) -> Value;

    #[rpc(name = "tools/call")]
    async fn call(
        &self,
        name: &str,
        arguments: Kettle,
        #[rpc(name = "_meta")] meta: Option<Meta>,
        #[rpc(peer)] host: &HostClient<Peer>,
    ) -> Result<Value, ErrorObject>;
}

/// What the server tells the other program.
#[rpc(params = "named", rename_all = "camelCase")]
pub trait Host {
    #[rpc(notification, name = "notifications/progress")]
    async fn progress(&self, progress_token: &Id, progress: u32, total: u32);
}

#[derive(Deserialize, Serialize)]
pub struct Kettle {
    degrees: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    progress_token: Option<Id>,
}

struct Kitchen;

impl Tools for Kitchen {
    async fn discover(&self) -> Value {
        json!({
            "supportedVersions": ["2026-07-28"],
            "capabilities": { "tools": {} },
            "_meta": { "io.modelcontextprotocol/serverInfo": { "name": "kitchen", "version": "1.0.0" } },
            "resultType": "complete", "ttlMs": 60_000, "cacheScope": "public",
        })
    }

    async fn initialize(&self, protocol_version: &str) -> Value {
        json!({
            "protocolVersion": protocol_version,
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "kitchen", "version": "1.0.0" },
        })
    }

    async fn initialized(&self) {}

    async fn cancelled(&self, request_id: Id, cx: &Context) {
        cx.cancel(&request_id);
    }

    async fn list(&self) -> Value {
        let degrees = json!({ "type": "integer", "minimum": 10 });
        let boil = json!({
            "name": "boil",
            "description": "Boils water.",
            "inputSchema": { "type": "object", "properties": { "degrees": degrees }, "required": ["degrees"] },
        });
        json!({ "tools": [boil], "resultType": "complete", "ttlMs": 60_000, "cacheScope": "public" })
    }

    async fn call(
        &self,
        name: &str,
        kettle: Kettle,
        meta: Option<Meta>,
        host: &HostClient<Peer>,
    ) -> Result<Value, ErrorObject> {
        if name != "boil" {
            return Err(ErrorObject::new(code::INVALID_PARAMS, "no such tool"));
        }
        let token = meta.and_then(|meta| meta.progress_token);
        for degrees in (10..=kettle.degrees).step_by(10) {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if let Some(token) = &token {
                let _gone = host.progress(token, degrees, kettle.degrees).await;
            }
        }
        let text = format!("The water has {} degrees.", kettle.degrees);
        let content = json!([{ "type": "text", "text": text }]);
        Ok(json!({ "content": content, "resultType": "complete" }))
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    serve_stdio(ToolsServer::new(Kitchen)).await
}
