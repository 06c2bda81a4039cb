use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    #[rpc(blocking)]
    fn watch(&self) -> impl Stream<Item = u32>;
}

fn main() {}
