use rpc_core::rpc;

#[rpc(blocking)]
trait Shop {
    fn get(&self, key: String);
}

fn main() {}
