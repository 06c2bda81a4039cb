use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(name = "a", name = "b")]
    #[rpc(idempotent)]
    #[rpc(idempotent)]
    async fn place(&self);
}

fn main() {}
