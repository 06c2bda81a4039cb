use rpc_core::RpcError;

const SOLD_OUT: &str = "1";

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = SOLD_OUT)]
    SoldOut { left: u32 },
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
