use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, key: &'static str);
}

fn main() {}
