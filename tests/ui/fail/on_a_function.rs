use rpc_core::rpc;

#[rpc]
pub async fn place() {}

fn main() {}
