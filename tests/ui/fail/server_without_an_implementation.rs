use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: &str);
}

struct Shop;

fn main() {
    drop(OrdersServer::new(Shop));
}
