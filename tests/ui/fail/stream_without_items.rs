use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream;
    async fn open(&self) -> Result<impl Stream + Send, rpc_core::Internal>;
}

fn main() {}
