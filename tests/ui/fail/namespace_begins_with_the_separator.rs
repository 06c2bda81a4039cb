use rpc_core::rpc;

#[rpc(namespace = ".store")]
trait Store {
    async fn get(&self);
}

fn main() {}
