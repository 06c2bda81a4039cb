use rpc_core::{ErrorObject, rpc};

#[rpc]
trait Orders {
    async fn place(&self, item: &str) -> Result<u32, ErrorObject>;
    async fn list(&self) -> u32;
}

struct Shop;

impl Orders for Shop {
    async fn place(&self, item: &str) -> u32 {
        1
    }

    fn list(&self) -> u32 {
        1
    }
}

fn main() {}
