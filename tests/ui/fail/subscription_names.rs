use rpc_core::{Stream, rpc};

#[rpc]
trait Chain {
    #[rpc(subscription(unsubscribe = "", item = "a head"))]
    fn empty(&self) -> impl Stream<Item = u64>;

    #[rpc(subscription(unsubscribe = "rpc.unsubscribe", item = "rpc.item"))]
    fn reserved(&self) -> impl Stream<Item = u64>;

    #[rpc(subscription(unsubscribe = 5))]
    fn number(&self) -> impl Stream<Item = u64>;
}

fn main() {}
