use rpc_core::{Stream, rpc};

#[rpc(namespace = "eth", subscriptions = "jsonrpsee")]
trait Eth {
    fn new_heads(&self) -> impl Stream<Item = u64>;
}

fn main() {}
