use rpc_core::rpc;

#[rpc(params = "object")]
trait Orders {
    async fn place(&self);
}

fn main() {}
