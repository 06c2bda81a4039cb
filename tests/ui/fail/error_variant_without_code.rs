use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    SoldOut,
    #[rpc(code = 2)]
    Unknown,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
