use rpc_core::rpc;

#[rpc]
trait Clock {
    #[rpc(name = "now ")]
    async fn now(&self);
}

fn main() {}
