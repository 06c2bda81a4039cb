use std::rc::Rc;

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: Rc<str>);
}

fn main() {}
