use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    #[rpc(cancel_on_disconnect)]
    async fn watch(&self) -> impl Stream<Item = u32>;
}

fn main() {}
