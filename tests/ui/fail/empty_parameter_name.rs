use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(name = "")] item: &str);
}

fn main() {}
