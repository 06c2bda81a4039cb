use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Search {
    text: String,
}

#[rpc]
trait Orders {
    async fn search(&self, #[rpc(flatten, default)] search: Search);
}

fn main() {}
