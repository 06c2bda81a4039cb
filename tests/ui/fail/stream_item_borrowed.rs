use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream<Item = &str>;
}

fn main() {}
