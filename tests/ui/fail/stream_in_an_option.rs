use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    async fn watch(&self) -> Result<Option<impl Stream<Item = u32>>, rpc_core::Internal>;
}

fn main() {}
