use futures_util::Stream;
use rpc_core::{ErrorObject, Internal, rpc};

#[rpc]
trait Prices {
    async fn watch(&self) -> Result<impl Stream<Item = Result<u32, Internal>>, ErrorObject>;
}

fn main() {}
