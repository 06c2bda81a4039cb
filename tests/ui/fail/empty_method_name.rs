use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(name = "")]
    async fn place(&self);
}

fn main() {}
