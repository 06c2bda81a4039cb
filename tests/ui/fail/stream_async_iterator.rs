use rpc_core::rpc;

trait AsyncIterator {
    type Item;
}

#[rpc]
trait Prices {
    fn watch(&self) -> impl AsyncIterator<Item = u32>;
}

fn main() {}
