use rpc_core::RpcError;

#[derive(Debug, RpcError)]
enum OrderError<E> {
    #[rpc(transparent)]
    Other(E),
}

impl<E> std::fmt::Display for OrderError<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("no order")
    }
}

fn main() {}
