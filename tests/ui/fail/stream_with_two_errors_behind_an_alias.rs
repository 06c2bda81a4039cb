use futures_util::Stream;
use rpc_core::{ErrorObject, Internal, rpc};

type OpenResult<T> = Result<T, ErrorObject>;

#[rpc]
trait Prices {
    async fn watch(&self) -> OpenResult<impl Stream<Item = Result<u32, Internal>>>;
    async fn list(&self) -> Result<impl Stream<Item = OpenResult<u32>>, Internal>;
}

fn main() {}
