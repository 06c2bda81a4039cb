use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn run(&self) -> !;
}

fn main() {}
