use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> &dyn Stream<Item = u32>;
}

fn main() {}
