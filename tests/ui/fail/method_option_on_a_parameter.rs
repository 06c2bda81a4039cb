use rpc_core::rpc;

#[rpc]
trait Shop {
    fn get(&self, #[rpc(alias = "k")] key: u32);
}

fn main() {}
