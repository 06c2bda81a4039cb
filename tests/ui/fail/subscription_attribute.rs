use rpc_core::rpc;

#[rpc]
trait Shop {
    #[subscription(name = "x", item = u32)]
    async fn x(&self);
}

fn main() {}
