use rpc_core::{Stream, rpc};

#[rpc]
trait Chain {
    #[rpc(unsubscribe = "unsubscribeHeads", item = "head")]
    fn heads(&self) -> impl Stream<Item = u64>;

    #[rpc(subscriptions = "ethereum")]
    fn logs(&self) -> impl Stream<Item = u64>;
}

fn main() {}
