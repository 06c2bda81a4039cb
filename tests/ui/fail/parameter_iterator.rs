use rpc_core::rpc;

#[rpc]
trait Shop {
    async fn get(&self, keys: impl IntoIterator<Item = u32>);
}

fn main() {}
