//! Subscriptions in the traits that people write.

#![deny(warnings)]
#![allow(dead_code)]

use rpc_core::{ErrorObject, Service, Stream, rpc};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Generic, with a default body.
#[rpc(namespace = "chain")]
pub trait Chain<H: Serialize + DeserializeOwned + Send + Sync + 'static> {
    /// The heads.
    #[rpc(subscription(unsubscribe = "unsubscribe_heads", item = "head"), tag = "public")]
    fn heads(&self, from: u64) -> impl Stream<Item = H>;

    /// With parameters by name.
    #[rpc(params = "named", subscription(unsubscribe = "unsubscribe_named"))]
    async fn named(
        &self,
        text: &str,
        list: &[&str],
    ) -> Result<impl Stream<Item = Result<u64, ErrorObject>> + Unpin, ErrorObject> {
        let _ = (text, list);
        Ok(futures_util::stream::empty())
    }

    #[cfg(unix)]
    #[rpc(subscription(unsubscribe = "unsubscribe_signals"))]
    fn signals(&self) -> impl Stream<Item = u64>;

    #[cfg(not(unix))]
    #[rpc(subscription(unsubscribe = "unsubscribe_signals"))]
    fn signals(&self) -> impl Stream<Item = u64>;
}

/// Streams and calls in Ethereum's form.
#[rpc(namespace = "eth", rename_all = "camelCase", params = "named", subscriptions = "ethereum")]
trait Eth {
    async fn call(&self, to: &str) -> String;

    fn new_heads(&self) -> impl Stream<Item = u64>;

    #[cfg(unix)]
    fn logs(&self, #[rpc(default = 5)] from: u64, to: Option<&str>) -> impl Stream<Item = u64>;
}

/// With a namespace that has another separator.
#[rpc(namespace = "state", separator = "/", subscriptions = "ethereum")]
trait State {
    fn storage(&self) -> impl Stream<Item = u64>;
}

struct Node;

impl Chain<String> for Node {
    fn heads(&self, from: u64) -> impl Stream<Item = String> {
        futures_util::stream::iter([from.to_string()])
    }

    fn signals(&self) -> impl Stream<Item = u64> {
        futures_util::stream::empty()
    }
}

impl State for Node {
    fn storage(&self) -> impl Stream<Item = u64> {
        futures_util::stream::empty()
    }
}

fn main() {
    let chain = ChainServer::<_, String>::new(Node);
    for name in [
        "chain.heads",
        "chain.unsubscribe_heads",
        "chain.named",
        "chain.unsubscribe_signals",
    ] {
        assert!(chain.find(name).is_some(), "{name}");
    }
    let public = chain.find("chain.unsubscribe_heads").unwrap();
    assert!(public.method().has_tag("public"));
    let state = StateServer::new(Node);
    assert!(state.find("state/subscribe storage").is_some());
    assert!(state.find("state/unsubscribe").is_some());
}
