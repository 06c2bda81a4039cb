use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn x(&self, #[serde(rename = "type")] kind: String);
}

fn main() {}
