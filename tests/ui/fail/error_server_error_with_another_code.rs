use rpc_core::RpcError;

const SOLD_OUT: i64 = 7;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1001, server_error)]
    SoldOut,
    #[rpc(code = -32603, server_error)]
    Unknown,
    #[rpc(internal, server_error)]
    Database,
}

impl std::error::Error for OrderError {}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
