use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(colour = "green")]
    async fn place(&self);
}

fn main() {}
