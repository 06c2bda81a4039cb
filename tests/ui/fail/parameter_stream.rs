use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    async fn set(&self, prices: impl Stream<Item = u32>);
}

fn main() {}
