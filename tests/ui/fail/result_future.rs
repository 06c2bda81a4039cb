use rpc_core::rpc;

#[rpc]
trait Shop {
    fn get(&self, key: u32) -> impl Future<Output = u32> + Send;
}

fn main() {}
