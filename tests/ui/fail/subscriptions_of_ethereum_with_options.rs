use rpc_core::{Stream, rpc};
use serde::{Deserialize, Serialize};

#[rpc(namespace = "eth", subscriptions = "ethereum")]
trait Eth {
    #[rpc(subscription(unsubscribe = "unsubscribe_heads"))]
    fn heads(&self) -> impl Stream<Item = u64>;

    #[rpc(alias = "subscribe_logs")]
    fn logs(&self) -> impl Stream<Item = u64>;

    #[rpc(params = "named")]
    fn named(&self, from: u64) -> impl Stream<Item = u64>;

    fn flattened(&self, #[rpc(flatten)] filter: Filter) -> impl Stream<Item = u64>;

    async fn subscribe(&self) -> String;

    #[rpc(name = "unsubscribe")]
    async fn close(&self) -> bool;
}

#[derive(Serialize, Deserialize)]
struct Filter {
    from: u64,
}

fn main() {}
