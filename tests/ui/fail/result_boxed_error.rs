use rpc_core::rpc;

use std::error::Error;

#[rpc]
trait Shop {
    async fn list(&self) -> Result<u32, Box<dyn Error>>;
}

fn main() {}
