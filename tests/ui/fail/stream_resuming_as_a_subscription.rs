use rpc_core::{Stream, Tracked, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(resume), subscription(unsubscribe = "close"))]
    fn log(&self, #[rpc(cursor)] after: Option<u64>) -> impl Stream<Item = Tracked<u64, String>>;
}

fn main() {}
