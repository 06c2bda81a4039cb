use rpc_core::{Internal, RpcError};

#[derive(Debug, thiserror::Error, RpcError)]
enum OrderError {
    #[error("the disk is full")]
    #[rpc(internal)]
    Disk(#[from] std::fmt::Error),
    #[error(transparent)]
    #[rpc(internal)]
    Internal(#[rpc(from)] Internal),
}

fn main() {}
