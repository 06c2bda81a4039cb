use rpc_core::RpcError;

const SOLD_OUT: i64 = -33000;

#[derive(Debug, thiserror::Error, RpcError)]
enum OrderError {
    #[error("sold out")]
    #[rpc(code = SOLD_OUT)]
    SoldOut,
}

fn main() {}
