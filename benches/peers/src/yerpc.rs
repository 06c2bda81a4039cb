//! yerpc, with its macro.
//!
//! It has no batches, and takes a method's params either by position or by name.

use serde::{Deserialize, Serialize};
use work::{FAILURE, Order, Orders};
use yerpc::typescript::type_def::type_expr::TypeInfo;
use yerpc::{Error, RpcClient, RpcSession, TypeDef, rpc};

/// The service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Service;

#[rpc(all_positional)]
impl Service {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn total(&self, orders: Given) -> f64 {
        work::total(&orders.0)
    }

    async fn list(&self, bytes: usize) -> Listed {
        Listed(work::prepared(bytes))
    }

    async fn fail(&self) -> yerpc::Result<i64> {
        let code = i32::try_from(FAILURE).expect("a small number");
        Err(Error::new(code, "sold out".to_owned()))
    }
}

/// A [`TypeDef`] of its own for what is another crate's. Nothing is generated from it here.
#[derive(Deserialize)]
struct Given(Vec<Order>);

/// See [`Given`].
#[derive(Serialize)]
struct Listed(Orders);

impl TypeDef for Given {
    const INFO: TypeInfo = <Vec<String> as TypeDef>::INFO;
}

impl TypeDef for Listed {
    const INFO: TypeInfo = <Vec<String> as TypeDef>::INFO;
}

/// From the bytes of a message to the bytes of its reply.
pub struct Handler(RpcSession<Service>);

impl Handler {
    pub fn new() -> Self {
        // A session is a client as well. That nobody takes what it sends does no harm, since it sends nothing.
        let (client, _) = RpcClient::new();
        Handler(RpcSession::new(client, Service))
    }

    /// `None` is silence.
    pub async fn handle(&self, message: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(message).expect("the benchmark's own message");
        let reply = self.0.process_incoming(text).await?;
        Some(serde_json::to_vec(&reply).expect("a reply is JSON"))
    }
}

impl Default for Handler {
    fn default() -> Self {
        Handler::new()
    }
}
