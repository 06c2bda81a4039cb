use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(self, item: String);
}

fn main() {}
