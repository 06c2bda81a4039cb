use rpc_core::{Context, rpc};

#[rpc]
trait Orders {
    #[rpc(idempotent = true)]
    async fn place(&self, #[rpc(context = "cx")] cx: &Context);
}

fn main() {}
