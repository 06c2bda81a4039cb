use std::rc::Rc;

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: &str);
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str) {
        let held = Rc::new(item);
        std::future::ready(()).await;
        drop(held);
    }
}

fn main() {}
