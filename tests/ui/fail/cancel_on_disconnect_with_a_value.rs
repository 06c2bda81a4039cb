use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(cancel_on_disconnect = true)]
    async fn place(&self);
}

fn main() {}
