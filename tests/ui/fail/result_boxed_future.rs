use rpc_core::rpc;

use std::pin::Pin;

#[rpc]
trait Shop {
    fn list(&self) -> Pin<Box<dyn Future<Output = u32> + Send>>;
}

fn main() {}
