use rpc_core::RpcError;

#[derive(Debug, RpcError)]
#[serde(rename_all = "camelCase")]
enum OrderError {
    #[rpc(code = 1)]
    SoldOut {
        #[serde(rename = "left")]
        left_over: u32,
        #[serde(skip)]
        trace: u32,
        #[serde(default, with = "elsewhere")]
        note: String,
    },
    #[rpc(code = 2)]
    #[serde(other)]
    Unknown,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
