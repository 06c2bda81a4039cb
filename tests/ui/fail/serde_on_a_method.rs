use rpc_core::rpc;

#[rpc]
trait Shop {
    #[serde(rename = "y")]
    async fn x(&self);
}

fn main() {}
