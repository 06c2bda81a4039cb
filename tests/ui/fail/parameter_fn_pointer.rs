use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn get(&self, then: fn(u32) -> u32);
}

fn main() {}
