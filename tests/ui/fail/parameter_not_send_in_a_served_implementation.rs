use std::marker::PhantomData;
use std::rc::Rc;

use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Item(PhantomData<Rc<()>>);

#[rpc]
trait Orders {
    fn place(&self, item: Item);
}

struct Shop;

impl Orders for Shop {
    fn place(&self, _: Item) {}
}

fn main() {
    drop(rpc_core::memory::connect(OrdersServer::new(Shop)));
}
