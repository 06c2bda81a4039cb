use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum AuthError {
    #[rpc(code = 900)]
    NotSignedIn,
    #[rpc(code = 901)]
    NotAllowed,
}

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 901)]
    SoldOut,
    #[rpc(transparent)]
    Auth(AuthError),
}

impl std::fmt::Display for AuthError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no")
    }
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
