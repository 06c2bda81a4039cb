use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn again(&self) -> Self;
}

fn main() {}
