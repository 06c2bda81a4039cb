use rpc_core::rpc;

use std::rc::Rc;

#[rpc]
trait Store {
    #[rpc(blocking)]
    fn count(&self, list: Vec<Rc<String>>);
}

fn main() {}
