use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(alias = "")]
    async fn place(&self);
}

fn main() {}
