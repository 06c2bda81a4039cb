use futures_util::stream::BoxStream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    async fn set(&self, prices: BoxStream<'static, u32>);
}

fn main() {}
