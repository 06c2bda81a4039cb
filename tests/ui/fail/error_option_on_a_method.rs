use rpc_core::rpc;

#[rpc]
trait Shop {
    #[rpc(code = 3)]
    fn get(&self, key: u32);
}

fn main() {}
