use rpc_core::rpc;

use std::rc::Rc;

#[rpc]
trait Store {
    async fn count(&self, list: Rc<String>);
}

fn main() {}
