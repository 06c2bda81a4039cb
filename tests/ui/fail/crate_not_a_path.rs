use rpc_core::rpc;

#[rpc(crate = "not a path")]
trait Orders {
    async fn place(&self);
}

fn main() {}
