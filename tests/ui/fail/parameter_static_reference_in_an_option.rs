use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, key: Option<&'static str>);
}

fn main() {}
