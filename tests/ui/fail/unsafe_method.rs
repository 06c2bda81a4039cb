use rpc_core::rpc;

#[rpc]
trait Orders {
    async unsafe fn place(&self, item: String);
}

fn main() {}
