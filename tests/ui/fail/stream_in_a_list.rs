use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> Vec<impl Stream<Item = u32>>;
}

fn main() {}
