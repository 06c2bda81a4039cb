use std::pin::Pin;

use futures_util::Stream;
use rpc_core::{ErrorObject, rpc};

#[rpc]
trait Prices {
    async fn watch(&self) -> Result<Pin<Box<dyn Stream<Item = u32> + Send>>, ErrorObject>;
}

fn main() {}
