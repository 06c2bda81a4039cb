use rpc_core::RpcError;

#[derive(Debug)]
struct Place;

#[derive(Debug, RpcError)]
enum OrderError {
    #[rpc(code = 1)]
    SoldOut,
    #[rpc(transparent)]
    Place(Place),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
