use rpc_core::rpc;

#[rpc(rename_all = "camel")]
trait Orders {
    async fn place(&self);
}

fn main() {}
