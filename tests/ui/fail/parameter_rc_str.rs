use std::rc::Rc;

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: Rc<str>, sizes: Rc<[u32]>) -> u32;
    async fn fail(&self, error: Box<dyn std::error::Error>);
}

fn main() {}
