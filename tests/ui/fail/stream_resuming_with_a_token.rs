use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(resume, token = "token"), params = "named")]
    fn log(&self) -> impl Stream<Item = String>;
}

fn main() {}
