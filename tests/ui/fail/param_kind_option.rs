use rpc_core::rpc;

#[rpc]
trait Shop {
    #[rpc(name = "x", param_kind = map)]
    async fn x(&self);
}

fn main() {}
