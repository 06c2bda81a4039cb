use rpc_core::rpc;

#[rpc(separator = "_")]
trait Orders {
    async fn place(&self);
}

fn main() {}
