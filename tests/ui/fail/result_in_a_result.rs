use rpc_core::rpc;

#[rpc]
trait Store {
    async fn find(&self, key: String) -> Result<Result<u32, String>, rpc_core::ErrorObject>;
}

fn main() {}
