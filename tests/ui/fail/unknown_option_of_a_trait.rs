use rpc_core::rpc;

#[rpc(namspace = "orders")]
trait Orders {
    async fn place(&self);
}

fn main() {}
