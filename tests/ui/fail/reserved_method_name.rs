use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(name = "rpc.place")]
    async fn place(&self);
}

fn main() {}
