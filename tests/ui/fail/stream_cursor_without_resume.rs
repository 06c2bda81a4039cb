use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    fn log(&self, #[rpc(cursor)] after: Option<u64>) -> impl Stream<Item = u64>;
}

fn main() {}
