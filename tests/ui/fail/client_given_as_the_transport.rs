use rpc_core::{BoxTransport, Client, rpc};

#[rpc]
trait Orders {
    async fn place(&self, item: &str) -> u64;
}

struct Application {
    orders: OrdersClient<Client<BoxTransport>>,
}

fn main() {
    let _ = |application: Application| application.orders.place("tea");
}
