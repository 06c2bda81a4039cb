use rpc_core::RpcError;

#[derive(Debug, RpcError)]
#[rpc(code = 1)]
enum OrderError {
    #[rpc(code = 2)]
    SoldOut,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
