use rpc_core::rpc;

#[rpc(server, client, namespace = "shop")]
trait Shop {
    async fn x(&self);
}

fn main() {}
