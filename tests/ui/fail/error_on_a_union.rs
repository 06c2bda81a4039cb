use rpc_core::RpcError;

#[derive(RpcError)]
union OrderError {
    code: i64,
}

fn main() {}
