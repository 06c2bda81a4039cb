use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: &str, quantity: u32) -> u32;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str, quantity: &str) -> u32 {
        (item.len() + quantity.len()) as u32
    }
}

fn main() {}
