use rpc_core::rpc;

#[rpc]
trait Shop {
    pub async fn get(&self, key: String);
}

fn main() {}
