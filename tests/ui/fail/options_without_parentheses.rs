use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc]
    async fn place(&self, #[rpc = "item"] item: &str);
}

fn main() {}
