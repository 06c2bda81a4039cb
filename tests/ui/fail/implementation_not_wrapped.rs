use rpc_core::{memory, rpc};

#[rpc]
trait Orders {
    async fn place(&self, item: &str) -> u64;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str) -> u64 {
        item.len() as u64
    }
}

fn main() {
    drop(memory::connect(Shop));
}
