use rpc_core::{ErrorObject, rpc};

#[rpc]
trait Store {
    async fn find(&self, key: String) -> Option<Result<u32, String>>;
}

fn main() {}
