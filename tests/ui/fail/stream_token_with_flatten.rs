use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(token = "token"))]
    fn symbols(&self, #[rpc(flatten)] params: Vec<u64>) -> impl Stream<Item = String>;
}

fn main() {}
