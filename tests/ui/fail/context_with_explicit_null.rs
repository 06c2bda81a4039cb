use rpc_core::{Context, rpc};

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(context, explicit_null)] cx: &Context);
}

fn main() {}
