use futures_util::TryStream;
use rpc_core::{ErrorObject, rpc};

#[rpc]
trait Prices {
    fn watch(&self) -> impl TryStream<Ok = u32, Error = ErrorObject>;
}

fn main() {}
