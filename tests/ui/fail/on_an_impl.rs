use rpc_core::rpc;

struct Shop;

#[rpc]
impl Shop {
    async fn place(&self) {}
}

fn main() {}
