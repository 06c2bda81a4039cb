use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Search {
    text: String,
}

#[rpc]
trait Orders {
    async fn search(&self, #[rpc(flatten)] search: Search, limit: u32);
}

fn main() {}
