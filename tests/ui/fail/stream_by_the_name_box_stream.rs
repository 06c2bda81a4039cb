use futures_util::stream::BoxStream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    fn watch(&self) -> BoxStream<'static, u32>;
}

fn main() {}
