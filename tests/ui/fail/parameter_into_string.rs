use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn get(&self, key: impl Into<String>);
}

fn main() {}
