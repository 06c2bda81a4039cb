use rpc_core::{Stream, rpc};

#[rpc]
trait Chain {
    async fn close(&self, id: u64) -> bool;

    #[rpc(subscription(unsubscribe = "close"))]
    fn heads(&self) -> impl Stream<Item = u64>;

    #[rpc(subscription(unsubscribe = "itself"))]
    fn itself(&self) -> impl Stream<Item = u64>;

    #[rpc(subscription(unsubscribe = "unsubscribe"))]
    fn first(&self) -> impl Stream<Item = u64>;

    #[rpc(subscription(unsubscribe = "unsubscribe"))]
    fn second(&self) -> impl Stream<Item = u64>;
}

fn main() {}
