use rpc_core::rpc;

#[rpc(namespace = "store", separator = "_")]
trait Store {
    async fn store_get(&self);
}

fn main() {}
