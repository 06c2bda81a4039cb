use futures_util::{Stream, stream};
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream<Item = u32>;
}

struct Shop;

impl Prices for Shop {
    fn watch(&self) -> impl Stream<Item = u64> {
        stream::iter([1])
    }
}

fn main() {}
