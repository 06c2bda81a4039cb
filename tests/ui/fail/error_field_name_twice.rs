use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1)]
    SoldOut {
        left: u32,
        #[rpc(name = "left")]
        rest: u32,
        #[rpc(name = "")]
        empty: u32,
    },
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
