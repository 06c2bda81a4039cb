use futures_util::Stream;
use rpc_core::{Internal, rpc};

struct Price {
    cents: u32,
}

#[rpc]
trait Prices {
    async fn watch(&self) -> Result<impl Stream<Item = Result<Price, Internal>>, Internal>;
}

fn main() {}
