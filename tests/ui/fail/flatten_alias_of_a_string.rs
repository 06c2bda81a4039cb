use rpc_core::rpc;

type Name = String;

#[rpc]
trait Store {
    async fn add(&self, #[rpc(flatten)] name: Name);
}

fn main() {}
