use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    #[rpc(resume)]
    fn log(&self, after: Option<u64>) -> impl Stream<Item = String>;
}

fn main() {}
