use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(transparent, code = 7)]
    Object(rpc_core::ErrorObject),
    #[rpc(transparent, internal)]
    Other(rpc_core::ErrorObject),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
