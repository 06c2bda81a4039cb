use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, key: str);
}

fn main() {}
