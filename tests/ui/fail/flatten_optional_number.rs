use rpc_core::rpc;

#[rpc]
trait Store {
    async fn add(&self, #[rpc(flatten)] count: Option<u32>);
}

fn main() {}
