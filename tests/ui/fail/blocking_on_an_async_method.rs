use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(blocking)]
    async fn place(&self);
}

fn main() {}
