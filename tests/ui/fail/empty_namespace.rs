use rpc_core::rpc;

#[rpc(namespace = "")]
trait Orders {
    async fn place(&self);
}

fn main() {}
