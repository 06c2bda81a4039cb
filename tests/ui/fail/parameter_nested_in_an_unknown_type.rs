use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Page<T> {
    items: Vec<T>,
}

#[rpc]
trait Store {
    async fn get(&self, keys: Page<&str>);
}

fn main() {}
