use rpc_core::{Stream, rpc};

#[rpc(params = "named")]
trait Journal {
    #[rpc(stream(token = "token"))]
    fn symbols(&self, token: Option<u64>) -> impl Stream<Item = String>;
}

fn main() {}
