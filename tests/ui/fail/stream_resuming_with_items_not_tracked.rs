use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(resume))]
    fn log(&self, #[rpc(cursor)] after: Option<u64>) -> impl Stream<Item = String>;
}

fn main() {}
