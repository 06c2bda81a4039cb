use rpc_core::rpc;

type OrderResult = Option<u32>;

#[rpc]
trait Orders {
    async fn place(&self) -> OrderResult;
}

fn main() {}
