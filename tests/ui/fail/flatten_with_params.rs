use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Search {
    text: String,
}

#[rpc]
trait Orders {
    #[rpc(params = "named")]
    async fn search(&self, #[rpc(flatten)] search: Search);
}

fn main() {}
