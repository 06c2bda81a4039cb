use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    item: std::borrow::Cow<'a, str>,
}

#[rpc]
trait Store {
    async fn get(&self, order: Order<'static>);
}

fn main() {}
