use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(alias = "rpc.place")]
    async fn place(&self);
}

fn main() {}
