use rpc_core::{Client, Transport, rpc};

#[rpc]
trait Orders {
    async fn place(&self, item: &str, quantity: u32) -> u32;
}

async fn call<T: Transport>(client: Client<T>) {
    let orders = OrdersClient::new(client);
    drop(orders.place("tea", "two").await);
    drop(orders.place("tea").await);
    let _: Result<String, _> = orders.place("tea", 2).await;
}

fn main() {}
