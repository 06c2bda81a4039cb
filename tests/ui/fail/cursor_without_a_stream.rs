use rpc_core::rpc;

#[rpc]
trait Journal {
    async fn list(&self, #[rpc(cursor)] after: Option<u64>) -> Vec<u64>;
}

fn main() {}
