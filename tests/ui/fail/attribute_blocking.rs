use rpc_core::rpc;

#[rpc]
trait Store {
    #[blocking]
    fn get(&self, key: u32);
}

fn main() {}
