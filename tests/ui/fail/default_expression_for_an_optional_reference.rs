use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(default = Some("tea"))] item: Option<&str>);
}

fn main() {}
