use rpc_core::rpc;

#[rpc(namespace = "store")]
trait Store {
    #[rpc(name = "get.")]
    async fn get(&self);
}

fn main() {}
