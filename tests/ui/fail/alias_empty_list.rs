use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(alias = [])]
    async fn list(&self);
}

fn main() {}
