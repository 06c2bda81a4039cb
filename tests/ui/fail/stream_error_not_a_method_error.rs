use futures_util::Stream;
use rpc_core::rpc;

#[rpc]
trait Prices {
    async fn watch(&self) -> Result<impl Stream<Item = Result<u32, std::io::Error>>, std::io::Error>;
    fn list(&self) -> impl Stream<Item = Result<u32, String>>;
}

fn main() {}
