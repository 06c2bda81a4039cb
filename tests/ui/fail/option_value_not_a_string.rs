use rpc_core::rpc;

#[rpc(namespace = orders)]
trait Orders {
    #[rpc(name = 5)]
    async fn place(&self);
}

fn main() {}
