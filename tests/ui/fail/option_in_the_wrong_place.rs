use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(default = 1)]
    async fn place(&self, #[rpc(notification)] quantity: u32);
}

fn main() {}
