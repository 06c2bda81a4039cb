use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(context)] cx: &String);
}

fn main() {}
