use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> Box<dyn Stream<Item = u32> + Send + Unpin>;
}

fn main() {}
