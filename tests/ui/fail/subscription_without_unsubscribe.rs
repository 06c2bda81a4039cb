use rpc_core::{Stream, rpc};

#[rpc]
trait Chain {
    #[rpc(subscription)]
    fn heads(&self) -> impl Stream<Item = u64>;

    #[rpc(subscription(item = "head"))]
    fn others(&self) -> impl Stream<Item = u64>;
}

fn main() {}
