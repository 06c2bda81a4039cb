use rpc_core::rpc;

#[rpc]
#[serde(rename_all = "camelCase")]
trait Shop {
    async fn x(&self);
}

fn main() {}
