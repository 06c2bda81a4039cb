use futures_util::Stream;
use rpc_core::rpc;
use serde::Serialize;

#[derive(Serialize)]
struct Price {
    cents: u32,
}

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream<Item = Price>;
}

fn main() {}
