use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn x(&self, #[serde(default)] kind: String);
}

fn main() {}
