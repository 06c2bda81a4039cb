use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn get(&self, then: impl Fn(u32) -> u32);
}

fn main() {}
