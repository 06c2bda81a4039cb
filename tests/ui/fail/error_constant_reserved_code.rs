use rpc_core::RpcError;

const INVALID_PARAMS: i64 = -32602;
const SOLD_OUT: i64 = -32000;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = INVALID_PARAMS)]
    Unknown,
    #[rpc(code = SOLD_OUT)]
    SoldOut,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
