use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn get(&self, key: impl AsRef<str>);
}

fn main() {}
