use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(default = "one")] quantity: u32);
}

fn main() {}
