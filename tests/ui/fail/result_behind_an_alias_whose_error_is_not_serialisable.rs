use rpc_core::{ErrorObject, rpc};

type Answer<T> = Result<T, ErrorObject>;

#[rpc]
trait Orders {
    async fn list(&self) -> Answer<u32>;
}

fn main() {}
