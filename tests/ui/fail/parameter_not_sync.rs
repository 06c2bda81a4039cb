use rpc_core::rpc;

use std::cell::Cell;

#[rpc]
trait Store {
    async fn count(&self, list: &Cell<u32>);
}

fn main() {}
