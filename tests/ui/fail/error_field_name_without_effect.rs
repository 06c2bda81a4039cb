use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1)]
    SoldOut(#[rpc(name = "left")] u32),
    #[rpc(code = 2)]
    Unknown {
        #[rpc(skip, name = "id")]
        order: u32,
    },
    #[rpc(internal)]
    Database {
        #[rpc(name = "text")]
        query: String,
    },
}

impl std::error::Error for OrderError {}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
