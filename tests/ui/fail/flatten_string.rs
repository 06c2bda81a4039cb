use rpc_core::rpc;

#[rpc]
trait Store {
    async fn add(&self, #[rpc(flatten)] item: String);
}

fn main() {}
