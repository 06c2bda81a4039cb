use rpc_core::{Stream, rpc};

#[rpc]
trait Chain {
    #[rpc(subscription(unsubscribe = "unsubscribeHeads", items = "head"))]
    fn heads(&self) -> impl Stream<Item = u64>;
}

fn main() {}
