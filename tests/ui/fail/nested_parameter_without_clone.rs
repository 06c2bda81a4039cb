use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Size(u32);

#[rpc]
trait Orders {
    async fn place(&self, items: Vec<(&str, Size)>);
}

fn main() {}
