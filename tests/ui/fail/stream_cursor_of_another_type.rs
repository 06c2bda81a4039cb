use rpc_core::{Stream, Tracked, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(resume))]
    fn log(&self, #[rpc(cursor)] after: Option<&str>) -> impl Stream<Item = Tracked<u64, String>>;
}

fn main() {}
