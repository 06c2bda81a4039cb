use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(idempotent alias = "all")]
    async fn list(&self);
}

fn main() {}
