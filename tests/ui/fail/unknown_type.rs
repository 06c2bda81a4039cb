use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place(&self, order: Oder) -> Recipt;
}

fn main() {}
