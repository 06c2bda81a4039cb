use rpc_core::RpcError;

#[derive(Debug, thiserror::Error, RpcError)]
enum OrderError {
    #[error("sold out")]
    #[rpc(code = -33001)]
    SoldOut,
    #[error("closed")]
    #[rpc(code = -33099, server_error)]
    Closed,
}

fn main() {}
