use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn x(&self, #[argument(rename = "type")] kind: String);
}

fn main() {}
