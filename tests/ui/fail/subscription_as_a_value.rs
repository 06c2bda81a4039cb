use rpc_core::{Stream, rpc};

#[rpc]
trait Chain {
    #[rpc(subscription = "unsubscribeHeads")]
    fn heads(&self) -> impl Stream<Item = u64>;
}

fn main() {}
