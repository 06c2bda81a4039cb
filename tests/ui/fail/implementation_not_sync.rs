use std::cell::Cell;

use rpc_core::rpc;

#[rpc]
trait Orders {
    fn place(&self, item: &str);
}

struct Shop(Cell<u32>);

impl Orders for Shop {
    fn place(&self, _: &str) {
        self.0.set(1);
    }
}

fn main() {
    drop(OrdersServer::new(Shop(Cell::new(0))));
}
