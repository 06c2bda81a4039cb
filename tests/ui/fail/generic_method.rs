use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place<T>(&self, item: T);
}

fn main() {}
