use rpc_core::rpc;

#[rpc(namespace = "store_")]
trait Store {
    async fn get(&self);
}

fn main() {}
