use rpc_core::rpc;

#[rpc]
trait Store {
    async fn find(&self, key: String) -> Box<Result<u32, String>>;
}

fn main() {}
