use rpc_core::{Context, rpc};

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(context, secret)] cx: &Context);
}

fn main() {}
