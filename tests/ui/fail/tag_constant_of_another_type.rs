use rpc_core::rpc;

const PUBLIC: u32 = 1;

#[rpc]
trait Orders {
    #[rpc(tag = PUBLIC)]
    async fn list(&self) -> u32;
}

fn main() {}
