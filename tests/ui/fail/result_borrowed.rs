use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn first(&self) -> &str;
}

fn main() {}
