use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self) -> &'static str;
}

fn main() {}
