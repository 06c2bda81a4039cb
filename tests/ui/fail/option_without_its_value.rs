use rpc_core::rpc;

#[rpc(namespace)]
trait Orders {
    #[rpc(name)]
    async fn place(&self);
}

fn main() {}
