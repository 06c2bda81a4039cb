use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(transparent)]
    Object(rpc_core::ErrorObject, u32),
    #[rpc(transparent)]
    Nothing,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
