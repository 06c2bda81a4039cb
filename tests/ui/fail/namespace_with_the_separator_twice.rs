use rpc_core::rpc;

#[rpc(namespace = "store..eu")]
trait Store {
    async fn get(&self);
}

fn main() {}
