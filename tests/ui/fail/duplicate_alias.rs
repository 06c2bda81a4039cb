use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(alias = "all")]
    async fn list(&self);

    #[rpc(alias = ["every", "all"])]
    async fn everything(&self);
}

fn main() {}
