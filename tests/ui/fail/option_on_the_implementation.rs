use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: &str) -> u32;
}

struct Shop;

impl Orders for Shop {
    #[rpc(name = "put")]
    async fn place(&self, item: &str) -> u32 {
        1
    }
}

fn main() {}
