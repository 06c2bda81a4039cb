use rpc_core::RpcError;

#[derive(Debug, thiserror::Error, RpcError)]
enum OrderError {
    #[error("the database failed")]
    #[rpc(internal)]
    Database(#[rpc(from)] Box<dyn std::error::Error + Send + Sync>),
}

fn main() {}
