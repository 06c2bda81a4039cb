use rpc_core::{Client, rpc};

#[rpc]
trait Shop {
    async fn get(&self) -> u32;
}

async fn run(client: Client, shop: ShopClient) {
    drop(client.batch(shop.get(), shop.get()).await);
}

fn main() {
    drop(run);
}
