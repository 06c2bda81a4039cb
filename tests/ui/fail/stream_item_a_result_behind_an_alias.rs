use futures_util::Stream;
use rpc_core::rpc;

type Answer = Result<u32, String>;

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream<Item = Answer>;
    fn list(&self) -> impl Stream<Item = Option<Result<u32, String>>>;
}

fn main() {}
