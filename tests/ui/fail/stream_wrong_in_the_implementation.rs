use futures_util::{Stream, stream};
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream<Item = u32>;
    fn list(&self) -> impl Stream<Item = u32>;
}

struct Shop;

impl Prices for Shop {
    fn watch(&self) -> impl Stream<Item = u64> {
        stream::iter([1])
    }

    async fn list(&self) -> Vec<u32> {
        vec![1]
    }
}

fn main() {}
