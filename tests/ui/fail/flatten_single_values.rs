use std::num::NonZeroU32;

use rpc_core::{Base64, rpc};

#[rpc]
trait Orders {
    async fn place(&self, #[rpc(flatten)] number: NonZeroU32);
    async fn upload(&self, #[rpc(flatten)] content: Base64);
    async fn list(&self, #[rpc(flatten)] limit: Box<u32>);
    async fn sum(&self, #[rpc(flatten)] numbers: Vec<u32>);
}

fn main() {}
