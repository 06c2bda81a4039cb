use rpc_core::rpc;

#[rpc]
trait Orders {
    extern "C" fn place(&self, item: String);
}

fn main() {}
