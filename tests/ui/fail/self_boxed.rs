use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(self: Box<Self>, item: String);
}

fn main() {}
