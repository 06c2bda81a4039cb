use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(notification, cancel_on_disconnect)]
    async fn place(&self);
}

fn main() {}
