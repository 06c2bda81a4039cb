use rpc_core::RpcError;

#[derive(Debug, thiserror::Error, RpcError)]
enum OrderError {
    #[error("sold out")]
    #[rpc(1001)]
    SoldOut,
    #[error("closed")]
    #[rpc(code(1002))]
    Closed,
    #[error("late")]
    #[rpc(code = 1003, message = "late")]
    Late,
}

fn main() {}
