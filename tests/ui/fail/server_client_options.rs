use rpc_core::rpc;

#[rpc(server, client)]
trait Shop {
    async fn x(&self);
}

fn main() {}
