use rpc_core::{Stream, Tracked, rpc};

#[rpc]
trait Journal {
    fn log(&self) -> impl Stream<Item = Tracked<u64, String>>;
}

fn main() {}
