use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn list(&self);

    #[rpc(alias = "list")]
    async fn everything(&self);
}

fn main() {}
