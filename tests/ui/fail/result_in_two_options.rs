use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self) -> Option<Option<Result<u32, String>>>;
    async fn find(&self) -> Box<Option<Result<u32, String>>>;
    async fn all(&self) -> Vec<Result<u32, String>>;
}

fn main() {}
