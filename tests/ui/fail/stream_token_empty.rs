use rpc_core::{Stream, rpc};

#[rpc(params = "named")]
trait Journal {
    #[rpc(stream(token = ""))]
    fn symbols(&self) -> impl Stream<Item = String>;
}

fn main() {}
