use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(defualt = 1)] quantity: u32);
}

fn main() {}
