use rpc_core::{Stream, rpc};

#[rpc(subscriptions = "ethereum")]
trait Eth {
    fn new_heads(&self) -> impl Stream<Item = u64>;
}

fn main() {}
