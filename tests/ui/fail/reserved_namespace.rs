use rpc_core::rpc;

#[rpc(namespace = "rpc")]
trait Orders {
    async fn place(&self);

    async fn list(&self);
}

fn main() {}
