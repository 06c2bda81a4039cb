use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn get(&self, #[cfg(unix)] key: String);
}

fn main() {}
