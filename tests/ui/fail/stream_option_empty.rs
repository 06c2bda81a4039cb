use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    #[rpc(stream)]
    fn log(&self) -> impl Stream<Item = String>;
}

fn main() {}
