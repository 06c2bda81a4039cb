use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(alias = "list")]
    async fn list(&self);
}

fn main() {}
