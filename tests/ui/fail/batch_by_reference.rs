use rpc_core::{Client, rpc};

#[rpc]
trait Shop {
    async fn get(&self) -> u32;
}

async fn run(client: Client, shop: ShopClient) {
    let calls = vec![shop.get()];
    drop(client.batch(&calls).await);
}

fn main() {
    drop(run);
}
