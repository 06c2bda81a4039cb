use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1, kind = "not_fond")]
    SoldOut,
    #[rpc(code = 2, kind = "permission_denied")]
    Forbidden,
    #[rpc(code = 3, kind = "TooMany")]
    TooMany,
    #[rpc(code = 4, kind = "tea")]
    Teapot,
    #[rpc(code = 5, kind = Conflict)]
    Conflict,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
