use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(alias = all)]
    async fn list(&self);
}

fn main() {}
