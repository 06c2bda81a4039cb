use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, item: String)
    where
        Self: Sized;
}

fn main() {}
