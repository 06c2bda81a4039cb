use std::sync::Arc;

use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: String);
}

struct Shop;

fn main() {
    drop(OrdersServer::new(Arc::new(Shop)));
}
