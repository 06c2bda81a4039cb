use rpc_core::{Stream, Tracked, rpc};

#[rpc(params = "named")]
trait Journal {
    #[rpc(stream(token = "token"))]
    fn symbols(&self) -> impl Stream<Item = Tracked<u64, String>>;
}

fn main() {}
