use rpc_core::rpc;

#[rpc(namespace("x"))]
trait Shop {
    async fn y(&self);
}

fn main() {}
