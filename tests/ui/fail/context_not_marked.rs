use rpc_core::{Context, rpc};

#[rpc]
trait Orders {
    async fn place(&self, cx: &Context, item: String);
}

fn main() {}
