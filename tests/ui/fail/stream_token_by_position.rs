use rpc_core::{Stream, rpc};

#[rpc]
trait Journal {
    #[rpc(stream(token = "partialResultToken"))]
    fn symbols(&self, document: &str) -> impl Stream<Item = String>;
}

fn main() {}
