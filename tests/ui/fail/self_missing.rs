use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(item: String);
}

fn main() {}
