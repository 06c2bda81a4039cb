use rpc_core::{Internal, RpcError};

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(internal)]
    Database(#[rpc(from)] Internal),
    #[rpc(internal)]
    Disk(#[rpc(from)] Internal),
}

impl std::error::Error for OrderError {}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
