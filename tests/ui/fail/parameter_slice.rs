use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, keys: [u32]);
}

fn main() {}
