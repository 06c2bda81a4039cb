use rpc_core::{BoxTransport, Client, rpc};

#[rpc]
trait Orders {
    async fn place(&self, item: &str) -> u64;
}

async fn two(client: Client<BoxTransport>, orders: OrdersClient<BoxTransport>) {
    drop(client.batch((orders.place("tea").await, orders.place("coffee"))));
}

fn main() {}
