use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn list(&self, #[rpc(default, explicit_null)] limit: Option<u32>);
}

fn main() {}
