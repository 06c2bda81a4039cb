use rpc_core::{Internal, RpcError};

#[derive(Debug, thiserror::Error, RpcError)]
enum StockError {
    #[error(transparent)]
    #[rpc(internal)]
    Internal(#[rpc(from)] Internal),
}

#[derive(Debug, thiserror::Error, RpcError)]
enum ShopError {
    #[error(transparent)]
    #[rpc(internal)]
    Internal(#[rpc(from)] Internal),
}

fn left() -> Result<u32, StockError> {
    Ok("3".parse()?)
}

fn buy() -> Result<u32, ShopError> {
    Ok(left()? - 1)
}

fn main() {
    drop(buy());
}
