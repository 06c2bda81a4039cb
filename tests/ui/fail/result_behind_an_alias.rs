use rpc_core::{RpcError, rpc};

#[derive(Debug, thiserror::Error, RpcError)]
#[error("gone")]
#[rpc(code = 1)]
struct StoreError;

type Answer<T> = Result<T, StoreError>;

#[rpc]
trait Store {
    async fn get(&self, key: String) -> Answer<u32>;
}

fn main() {}
