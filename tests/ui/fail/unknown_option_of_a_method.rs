use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(idempotant)]
    async fn place(&self);
}

fn main() {}
