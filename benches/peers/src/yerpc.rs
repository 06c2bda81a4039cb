//! yerpc, with its macro.
//!
//! It has no batches. Each method takes its params either by position or by name, but not both.

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

    async fn copy(&self, bytes: usize) -> Copied {
        Copied(work::copied(bytes))
    }

    async fn fail(&self) -> yerpc::Result<i64> {
        let code = i32::try_from(FAILURE).expect("a small number");
        Err(Error::new(code, "sold out".to_owned()))
    }
}

/// A wrapper, because [`TypeDef`] can't be implemented for a type of another crate. The definition itself is not used
/// here.
#[derive(Deserialize)]
struct Given(Vec<Order>);

/// A wrapper, as for [`Given`].
#[derive(Serialize)]
struct Listed(Orders);

/// A wrapper, as for [`Given`].
#[derive(Serialize)]
struct Copied(Vec<Order>);

impl TypeDef for Given {
    const INFO: TypeInfo = <Vec<String> as TypeDef>::INFO;
}

impl TypeDef for Listed {
    const INFO: TypeInfo = <Vec<String> as TypeDef>::INFO;
}

impl TypeDef for Copied {
    const INFO: TypeInfo = <Vec<String> as TypeDef>::INFO;
}

/// Turns the bytes of a message into the bytes of its reply.
pub struct Handler(RpcSession<Service>);

impl Handler {
    pub fn new() -> Self {
        // A session is also a client. Its outgoing messages can be dropped, since it sends none.
        let (client, _) = RpcClient::new();
        Handler(RpcSession::new(client, Service))
    }

    /// Replies to a message. `None` means no reply.
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
